package io.saltunnel.netty.internal.admission;

import io.saltunnel.core.handshake.HeapShare;

/** How many unauthenticated peers the heap has room for: they get a share of it, as remembered hellos do. */
public final class PeerCapacity {

    /** The heap for one peer: its handlers, its channel, its place in the budget and its incomplete frame. */
    static final int BYTES_PER_PEER = 8192;

    private static final int LEAST = 64;

    private PeerCapacity() {}

    /**
     * How many connections that have not proved the key fit.
     *
     * @return 64 or more
     */
    public static int ofHeap() {
        return of(HeapShare.bytes());
    }

    static int of(long shareBytes) {
        return (int) Math.max(LEAST, Math.min(Integer.MAX_VALUE, shareBytes / BYTES_PER_PEER));
    }
}
