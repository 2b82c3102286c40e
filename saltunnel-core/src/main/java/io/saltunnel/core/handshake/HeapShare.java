package io.saltunnel.core.handshake;

/**
 * How many remembered hellos the heap has room for: they get an eighth of it. From 256 MiB on, the heap limits nothing,
 * if a server has one key. Hellos of removed keys may take half as much in addition. Any thread.
 */
public final class HeapShare {
    private static final int SHARES = 8;

    private static final int LEAST = 64;

    private static final long STEP = 16L << 20;

    private HeapShare() {}

    /** The configured size of the heap. Java reports less, without a part that it can't use all the time. */
    private static long heapBytes() {
        long usable = Runtime.getRuntime().maxMemory();
        return usable > Long.MAX_VALUE - STEP ? usable : (usable + STEP - 1) / STEP * STEP;
    }

    /**
     * One share of the heap.
     *
     * @return an eighth of its configured size, in bytes
     */
    public static long bytes() {
        return heapBytes() / SHARES;
    }

    /**
     * How many remembered hellos of each key fit into a share, if each of a server's keys remembers as many.
     *
     * @param keys how many keys the server has
     * @return 64 to {@link ReplayWindow#DEFAULT_CAPACITY}
     * @throws IllegalArgumentException if there is no key
     */
    public static int hellos(int keys) {
        return hellos(bytes(), keys);
    }

    static int hellos(long shareBytes, int keys) {
        if (keys < 1) {
            throw new IllegalArgumentException(keys + " keys");
        }
        long room = shareBytes / keys / ReplayWindow.MAX_BYTES_PER_HELLO;
        return (int) Math.max(LEAST, Math.min(ReplayWindow.DEFAULT_CAPACITY, room));
    }
}
