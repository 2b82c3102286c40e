package io.saltunnel.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * Sets up logging when the first logger is requested: one line for each event, on standard error. Logback finds this
 * class as a service, and therefore searches for no configuration files.
 */
public final class LogConfigurator extends ContextAwareBase implements Configurator {

    /** ISO 8601, with the zone. */
    private static final String TIME = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} ";

    private static final String NAME_AND_LEVEL =
            "saltunnel: %replace(%replace(%level: ){'(INFO|ERROR): ', ''}){'WARN', 'warning'}";

    /** For the service loader. */
    public LogConfigurator() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        Encoder<ILoggingEvent> encoder = LogFormat.chosen() == LogFormat.JSON
                ? JsonLines.start(context, Verbosity.chosen())
                : sentences(context, LogFormat.chosen(), Verbosity.chosen());
        context.getLogger("ROOT").addAppender(LogAppender.onStandardError(context, encoder));
        context.getLogger("ROOT").setLevel(Verbosity.chosen() == Verbosity.QUIET ? Level.ERROR : Level.WARN);
        context.getLogger("io.saltunnel").setLevel(level());
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** A started encoder of every format but JSON. */
    static Encoder<ILoggingEvent> sentences(LoggerContext context, LogFormat format, Verbosity verbosity) {
        PatternLayout layout = new PatternLayout();
        layout.setContext(context);
        layout.setPattern(pattern(format, verbosity));
        layout.getInstanceConverterMap().put("msg", OptionNames::new);
        layout.getInstanceConverterMap().put("tunnel", LogTunnel::new);
        layout.getInstanceConverterMap().put("priority", JournalPriority::new);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setLayout(layout);
        encoder.start();
        return encoder;
    }

    private static Level level() {
        return switch (Verbosity.chosen()) {
            case QUIET -> Level.ERROR;
            case NORMAL -> Level.INFO;
            case VERBOSE -> Level.DEBUG;
            case DEBUG -> Level.TRACE;
        };
    }

    private static String pattern(LogFormat format, Verbosity verbosity) {
        String start = format == LogFormat.JOURNAL ? "%priority" : TIME;
        return switch (verbosity) {
            case QUIET, NORMAL ->
                (format == LogFormat.JOURNAL ? start : start + NAME_AND_LEVEL) + "%tunnel%msg%nopex%n";
            case VERBOSE -> (format == LogFormat.JOURNAL ? start : start + "%-5level ") + "%tunnel%msg%nopex%n";
            case DEBUG -> start + "%-5level [%thread] %logger{0}: %tunnel%msg%n";
        };
    }
}
