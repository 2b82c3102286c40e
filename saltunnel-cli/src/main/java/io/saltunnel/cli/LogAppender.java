package io.saltunnel.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.encoder.Encoder;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Formats log events on the thread that logs, and leaves the writing to a {@link LogQueue}. */
final class LogAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {

    /** How long the end of the program waits for the reader of the log. */
    private static final Duration PATIENCE_AT_THE_END = Duration.ofSeconds(1);

    private static volatile @Nullable LogAppender ofProcess;

    private final Encoder<ILoggingEvent> encoder;
    private final LogQueue queue;

    private LogAppender(LoggerContext context, Encoder<ILoggingEvent> encoder) {
        this.encoder = encoder;
        Logger own = context.getLogger(LogAppender.class);
        // Not System.err: its lock would be held while a write blocks, and other threads would wait for it.
        this.queue =
                LogQueue.start(new FileOutputStream(FileDescriptor.err), dropped -> encoder.encode(note(own, dropped)));
        setContext(context);
    }

    /** Starts the one that writes to standard error. */
    static LogAppender onStandardError(LoggerContext context, Encoder<ILoggingEvent> encoder) {
        LogAppender appender = new LogAppender(context, encoder);
        appender.start();
        ofProcess = appender;
        return appender;
    }

    /**
     * Gives what was logged so far a second to be written. To be called before the process ends, or writes to standard
     * error by other means.
     */
    static void flush() {
        LogAppender appender = ofProcess;
        if (appender != null) {
            appender.queue.flush(PATIENCE_AT_THE_END);
        }
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
