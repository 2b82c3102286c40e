package io.saltunnel.netty.internal.admission;

import io.saltunnel.core.handshake.ReplayWindow;

/**
 * How many unauthenticated peers and remembered hellos the heap has room for: each of the two gets an eighth of it.
 * From 256 MiB on, the heap limits neither, if a server has one key. Hellos of removed keys may take half as much in
 * addition.
 */
public final class HeapShare {
    private static final int SHARES = 8;

    /** The heap for one peer: its handlers, its channel, its place in the budget and its incomplete frame. */
    static final int BYTES_PER_PEER = 8192;

    private static final int LEAST = 64;

    private static final long STEP = 16L << 20;

    private HeapShare() {}

    /** The configured size of the heap. Java reports less, without a part that it can't use all the time. */
    private static long heapBytes() {
        long usable = Runtime.getRuntime().maxMemory();
        return usable > Long.MAX_VALUE - STEP ? usable : (usable + STEP - 1) / STEP * STEP;
    }

    /**
     * How many connections that have not proved the key fit.
     *
     * @return 64 or more
     */
    public static int unauthenticated() {
        return unauthenticated(heapBytes());
    }

    static int unauthenticated(long heapBytes) {
        return (int) Math.max(LEAST, Math.min(Integer.MAX_VALUE, heapBytes / SHARES / BYTES_PER_PEER));
    }

    /**
     * How many remembered hellos of each key fit, if each of a server's keys remembers as many.
     *
     * @param keys how many keys the server has, 1 or more
     * @return 64 to {@link ReplayWindow#DEFAULT_CAPACITY}
     */
    public static int hellos(int keys) {
        return hellos(heapBytes(), keys);
    }

    static int hellos(long heapBytes, int keys) {
        long room = heapBytes / SHARES / keys / ReplayWindow.MAX_BYTES_PER_HELLO;
        return (int) Math.max(LEAST, Math.min(ReplayWindow.DEFAULT_CAPACITY, room));
    }
}
