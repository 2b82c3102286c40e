package io.saltunnel.netty.internal.handshake;

import io.netty.channel.Channel;
import io.netty.util.concurrent.BlockingOperationException;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ImmediateEventExecutor;
import org.jspecify.annotations.Nullable;

/** The promise for the end of a handshake. Any thread may wait for it, even before the channel is known. */
final class HandshakePromise extends DefaultPromise<Channel> {
    private volatile @Nullable EventExecutor loop;

    /** Listeners run on this event loop from now on. */
    void completesOn(EventExecutor channelsLoop) {
        loop = channelsLoop;
    }

    @Override
    protected EventExecutor executor() {
        EventExecutor known = loop;
        return known == null ? ImmediateEventExecutor.INSTANCE : known;
    }

    /**
     * Does nothing before the event loop is known. Netty's own promise would treat every thread as the event loop then.
     */
    @Override
    protected void checkDeadLock() {
        EventExecutor known = loop;
        if (known != null && known.inEventLoop()) {
            throw new BlockingOperationException("the channel's event loop can't wait for its own handshake");
        }
    }
}
