package io.saltunnel.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * Sets up logging when the first logger is requested: one line for each event, on standard error. Logback finds this
 * class as a service, and therefore searches for no configuration files.
 */
public final class LogConfigurator extends ContextAwareBase implements Configurator {

    /** For the service loader. */
    public LogConfigurator() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        PatternLayout layout = new PatternLayout();
        layout.setContext(context);
        layout.setPattern(pattern());
        layout.getInstanceConverterMap().put("msg", OptionNames::new);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setLayout(layout);
        encoder.start();
        context.getLogger("ROOT").addAppender(LogAppender.onStandardError(context, encoder));
        context.getLogger("ROOT").setLevel(Verbosity.chosen() == Verbosity.QUIET ? Level.ERROR : Level.WARN);
        context.getLogger("io.saltunnel").setLevel(level());
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static Level level() {
        return switch (Verbosity.chosen()) {
            case QUIET -> Level.ERROR;
            case NORMAL -> Level.INFO;
            case VERBOSE -> Level.DEBUG;
            case DEBUG -> Level.TRACE;
        };
    }

    private static String pattern() {
        return switch (Verbosity.chosen()) {
            case QUIET, NORMAL ->
                "saltunnel: %replace(%replace(%level: ){'(INFO|ERROR): ', ''}){'WARN', 'warning'}%msg%nopex%n";
            case VERBOSE -> "%d{yyyy-MM-dd'T'HH:mm:ss.SSS} %-5level %msg%nopex%n";
            case DEBUG -> "%d{yyyy-MM-dd'T'HH:mm:ss.SSS} %-5level [%thread] %logger{0}: %msg%n";
        };
    }
}
