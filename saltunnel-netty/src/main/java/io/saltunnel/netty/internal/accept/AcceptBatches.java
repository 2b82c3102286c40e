package io.saltunnel.netty.internal.accept;

import io.netty.channel.Channel;
import io.netty.channel.ServerChannelRecvByteBufAllocator;

/** How many connections a listening channel accepts before its event loop turns to other channels. */
final class AcceptBatches {
    private final ServerChannelRecvByteBufAllocator accepts = new ServerChannelRecvByteBufAllocator();

    private AcceptBatches() {}

    /** Controls the batches of a listening channel. Call {@link #limit} before its first accept. */
    static AcceptBatches of(Channel listener) {
        AcceptBatches batches = new AcceptBatches();
        // Netty's epoll compares a descriptor with the number of bytes it wanted to read, and would accept one at a
        // time.
        batches.accepts.respectMaybeMoreData(false);
        listener.config().setRecvByteBufAllocator(batches.accepts);
        return batches;
    }

    /** The size of each batch from the next one on, 1 or more. */
    void limit(int connections) {
        accepts.maxMessagesPerRead(connections);
    }
}
