/** The command line. It exports nothing, because it is a program and not a library. */
module io.saltunnel.cli {
    requires ch.qos.logback.classic;
    requires ch.qos.logback.core;
    requires com.google.crypto.tink;
    requires info.picocli;
    requires io.saltunnel.core;
    requires io.saltunnel.netty;
    requires org.slf4j;
    requires org.tomlj;
    requires static org.jspecify;

    // Picocli creates the commands and sets their fields.
    opens io.saltunnel.cli to
            info.picocli;

    provides ch.qos.logback.classic.spi.Configurator with
            io.saltunnel.cli.LogConfigurator;
}
