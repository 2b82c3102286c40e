package io.saltunnel.netty.internal.handshake;

import io.netty.channel.Channel;
import io.netty.util.concurrent.BlockingOperationException;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ImmediateEventExecutor;
import org.jspecify.annotations.Nullable;

/** The end of a handshake. Any thread may get it and wait for it, even before the channel is known. */
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

    /** Netty's own promise takes any thread for the event loop before there is one. */
    @Override
    protected void checkDeadLock() {
        EventExecutor known = loop;
        if (known != null && known.inEventLoop()) {
            throw new BlockingOperationException("the channel's event loop can't wait for its own handshake");
        }
    }
}
