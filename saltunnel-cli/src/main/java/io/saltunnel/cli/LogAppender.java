package io.saltunnel.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.encoder.Encoder;

/** Formats log events on the thread that logs, and passes them to a {@link LogQueue} to be written. */
final class LogAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {

    private final Encoder<ILoggingEvent> encoder;
    private final LogQueue queue;

    private LogAppender(LoggerContext context, Encoder<ILoggingEvent> encoder) {
        this.encoder = encoder;
        Logger own = context.getLogger(LogAppender.class);
        this.queue = LogQueue.onStandardError(dropped -> encoder.encode(note(own, dropped)));
        setContext(context);
    }

    /** Starts the queue that writes to standard error. */
    static LogAppender onStandardError(LoggerContext context, Encoder<ILoggingEvent> encoder) {
        LogAppender appender = new LogAppender(context, encoder);
        appender.start();
        return appender;
    }

    @Override
    protected void append(ILoggingEvent event) {
        queue.add(encoder.encode(event));
    }

    private static LoggingEvent note(Logger logger, long dropped) {
        String lines = dropped == 1 ? "1 line was" : dropped + " lines were";
        return new LoggingEvent(
                Logger.class.getName(),
                logger,
                Level.WARN,
                lines + " not logged here: the reader of standard error is too slow",
                null,
                null);
    }
}
