package io.saltunnel.cli;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import org.jspecify.annotations.Nullable;

/** Logback's encoder for JSON, without members that are always the same, and with the tunnel's name. Any thread. */
final class JsonLines extends JsonEncoder {

    private final LoggerContext loggers;

    private JsonLines(LoggerContext loggers) {
        this.loggers = loggers;
    }

    /** A started encoder. */
    static JsonLines start(LoggerContext loggers, Verbosity verbosity) {
        JsonLines lines = new JsonLines(loggers);
        lines.setContext(loggers);
        lines.setWithSequenceNumber(false);
        lines.setWithNanoseconds(false);
        lines.setWithContext(false);
        lines.setWithMarkers(false);
        lines.setWithMDC(false);
        lines.setWithKVPList(false);
        lines.setWithMessage(false);
        lines.setWithArguments(false);
        lines.setWithFormattedMessage(true);
        lines.setWithThrowable(verbosity == Verbosity.DEBUG);
        lines.start();
        return lines;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        return super.encode(withOptionNames(event));
    }

    private ILoggingEvent withOptionNames(ILoggingEvent event) {
        String message = OptionNames.of(event.getFormattedMessage());
        if (message.equals(event.getFormattedMessage())) {
            return event;
        }
        Logger logger = loggers.getLogger(event.getLoggerName());
        return new LoggingEvent(
                Logger.class.getName(), logger, event.getLevel(), message, throwable(event.getThrowableProxy()), null);
    }

    private static @Nullable Throwable throwable(@Nullable IThrowableProxy proxy) {
        return proxy instanceof ThrowableProxy known ? known.getThrowable() : null;
    }

    @Override
    protected void appendCustomFields(StringBuilder json, ILoggingEvent event) {
        LogTunnel.of(event).ifPresent(tunnel -> {
            json.append(VALUE_SEPARATOR);
            appenderMember(json, "tunnel", tunnel);
        });
    }
}
