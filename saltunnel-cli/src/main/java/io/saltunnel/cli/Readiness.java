package io.saltunnel.cli;

import io.saltunnel.core.secret.CLibrary;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;

/** Waits by {@code poll} until a file descriptor is ready; without native calls, only for a moment. Any thread. */
final class Readiness {

    private static final short POLLIN = 1;
    private static final short POLLOUT = 4;

    /** The size of a {@code struct pollfd}: the descriptor, the events to wait for, and the events that occurred. */
    private static final int POLLFD_BYTES = 8;

    private static final int EVENTS_OFFSET = 4;
    private static final int FOREVER = -1;
    private static final long MOMENT_MILLIS = 10;

    private static final boolean AVAILABLE = CLibrary.bind(Readiness.class).isEmpty();

    private Readiness() {}

    static void awaitReadable(int descriptor) throws InterruptedIOException {
        await(descriptor, POLLIN);
    }

    static void awaitWritable(int descriptor) throws InterruptedIOException {
        await(descriptor, POLLOUT);
    }

    private static void await(int descriptor, short events) throws InterruptedIOException {
        if (AVAILABLE) {
            byte[] pollfd = new byte[POLLFD_BYTES];
            ByteBuffer.wrap(pollfd)
                    .order(ByteOrder.nativeOrder())
                    .putInt(0, descriptor)
                    .putShort(EVENTS_OFFSET, events);
            if (poll(pollfd, 1, FOREVER) > 0) {
                return;
            }
        }
        try {
            TimeUnit.MILLISECONDS.sleep(MOMENT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while it waited");
        }
    }

    static native int poll(byte[] pollfd, long count, int timeoutMillis);
}
