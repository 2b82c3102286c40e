/** The command line. It exports nothing, because it is a program and not a library. */
module io.saltunnel.cli {
    requires ch.qos.logback.classic;
    requires ch.qos.logback.core;
    requires com.google.crypto.tink;
    requires info.picocli;
    requires io.netty.codec;
    requires io.netty.codec.http;
    requires io.prometheus.metrics.config;
    requires io.prometheus.metrics.model;
    requires io.prometheus.writer.text;
    requires io.saltunnel.core;
    requires io.saltunnel.netty;
    requires org.slf4j;
    requires org.tomlj;

    // For two metrics, if the runtime has it.
    requires static java.management;
    requires static org.jspecify;

    // Picocli creates the commands and sets their fields.
    opens io.saltunnel.cli to
            info.picocli;

    provides ch.qos.logback.classic.spi.Configurator with
            io.saltunnel.cli.LogConfigurator;
}
