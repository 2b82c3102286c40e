package io.saltunnel.netty.internal.transport;

import io.netty.channel.ChannelFactory;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import java.util.Optional;

/**
 * Netty's classes for one {@link SocketTransport}. They may be missing, or of a version that doesn't link, so only a
 * driver names them. Every method except {@link #loads} needs a driver that loads. Stateless; any thread.
 */
sealed interface SocketDriver permits EpollDriver, IoUringDriver, KQueueDriver, NioDriver {

    /** Whether its native library loads; fails with a {@link LinkageError} if its classes aren't there. */
    boolean loads();

    /** As {@link SocketTransport#ioHandlerFactory}. */
    IoHandlerFactory ioHandlerFactory();

    /** As {@link SocketTransport#serverChannel}. */
    Class<? extends ServerSocketChannel> serverChannel();

    /** As {@link SocketTransport#ipv4Listener}. */
    default Optional<ChannelFactory<ServerSocketChannel>> ipv4Listener() {
        return Optional.empty();
    }

    /** As {@link SocketTransport#socketChannel}. */
    Class<? extends SocketChannel> socketChannel();

    /** A new socket for an outgoing connection, not registered yet. */
    SocketChannel newSocket();

    /** Whether an event loop can drive these sockets. */
    boolean drives(IoEventLoop loop);

    /** As {@link SocketTransport#objectionTo}. */
    default Optional<String> objectionTo(IoEventLoop loop) {
        return Optional.empty();
    }
}
