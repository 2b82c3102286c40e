package io.saltunnel.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Writes log lines on a separate thread, so that no thread that logs waits for the reader of the log. The queue has a
 * bounded number of bytes. Lines that find no room are dropped and counted; the count is written as soon as there is
 * room again. Any thread.
 */
final class LogQueue {

    /** The most bytes in the queue, including {@link #LINE_OVERHEAD_BYTES} for each line. */
    static final int MAX_BYTES = 1 << 20;

    /** The approximate memory that a line takes in the queue besides its text. */
    static final int LINE_OVERHEAD_BYTES = 32;

    /** How long the end of the program waits for the reader of the log. */
    private static final Duration PATIENCE_AT_THE_END = Duration.ofSeconds(1);

    /** Null until something is logged. It is not in the appender, so that a command without log lines loads no logger. */
    private static volatile @Nullable LogQueue ofProcess;

    private final OutputStream out;
    private final LongFunction<byte[]> noteOfDropped;

    // All guarded by this. The lock is never held during a write.
    private final Queue<byte[]> lines = new ArrayDeque<>();
    private int bytes;
    private long dropped;
    private boolean writing;

    private LogQueue(OutputStream out, LongFunction<byte[]> noteOfDropped) {
        this.out = out;
        this.noteOfDropped = noteOfDropped;
    }

    /**
     * Starts the thread. It doesn't keep the process alive.
     *
     * @param out receives each line in one write
     * @param noteOfDropped makes the line with the number of dropped lines
     */
    static LogQueue start(OutputStream out, LongFunction<byte[]> noteOfDropped) {
        LogQueue queue = new LogQueue(out, noteOfDropped);
        Thread thread = new Thread(queue::write, "saltunnel-log");
        thread.setDaemon(true);
        thread.start();
        return queue;
    }

    /**
     * Starts a queue that writes to standard error. It writes to the file itself: a blocked write to {@code System.err}
     * would hold its lock, and other threads would wait for that.
     *
     * @param noteOfDropped makes the line with the number of dropped lines
     */
    static LogQueue onStandardError(LongFunction<byte[]> noteOfDropped) {
        LogQueue queue = start(new FileOutputStream(FileDescriptor.err), noteOfDropped);
        ofProcess = queue;
        return queue;
    }

    /**
     * Waits up to a second until the lines logged so far are written. Call it before the process ends, or writes to
     * standard error by other means.
     */
    static void flushStandardError() {
        LogQueue queue = ofProcess;
        if (queue != null) {
            queue.flush(PATIENCE_AT_THE_END);
        }
    }

    /** Adds a line, or drops it; never waits for the output. Takes over the array. */
    synchronized void add(byte[] line) {
        // After a drop there is room only once half of the queue is written, so that gaps are few and long.
        int room = (dropped == 0 ? MAX_BYTES : MAX_BYTES / 2) - bytes;
        if (cost(line) > room && bytes > 0) {
            dropped++;
            return;
        }
        if (dropped > 0) {
            append(noteOfDropped.apply(dropped));
            dropped = 0;
        }
        append(line);
    }

    private void append(byte[] line) {
        lines.add(line);
        bytes += cost(line);
        notifyAll();
    }

    private static int cost(byte[] line) {
        return line.length + LINE_OVERHEAD_BYTES;
    }

    /**
     * Waits until everything is written.
     *
     * @param patience the longest wait
     * @return false if something is still unwritten
     */
    synchronized boolean flush(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        try {
            while (writing || !lines.isEmpty() || dropped > 0) {
                long millis = (end - System.nanoTime()) / 1_000_000;
                if (millis <= 0) {
                    return false;
                }
                wait(millis);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void write() {
        for (byte[] line = next(); line != null; line = next()) {
            try {
                out.write(line);
                out.flush();
            } catch (IOException e) {
                // The reader is gone, so the error can't be reported.
            }
        }
    }

    private synchronized byte @Nullable [] next() {
        writing = false;
        notifyAll();
        try {
            while (lines.isEmpty() && dropped == 0) {
                wait();
            }
        } catch (InterruptedException e) { // can't happen: no other class knows this thread
            return null;
        }
        writing = true;
        byte[] line = lines.poll();
        if (line == null) {
            line = noteOfDropped.apply(dropped);
            dropped = 0;
        } else {
            bytes -= cost(line);
        }
        return line;
    }
}
