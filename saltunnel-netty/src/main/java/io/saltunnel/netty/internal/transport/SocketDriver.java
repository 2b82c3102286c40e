package io.saltunnel.netty.internal.transport;

import io.netty.channel.ChannelFactory;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import java.util.Optional;

/**
 * Uses Netty's classes for one {@link SocketTransport}. The classes may be missing, or of a version that doesn't link,
 * so only a driver refers to them. Every method except {@link #loads} needs a driver that loads. Stateless; any thread.
 */
sealed interface SocketDriver permits EpollDriver, IoUringDriver, KQueueDriver, NioDriver {

    /** Whether the native library loads. Fails with a {@link LinkageError} if the classes are missing. */
    boolean loads();

    /** See {@link SocketTransport#ioHandlerFactory}. */
    IoHandlerFactory ioHandlerFactory();

    /** See {@link SocketTransport#serverChannel}. */
    Class<? extends ServerSocketChannel> serverChannel();

    /** See {@link SocketTransport#ipv4Listener}. */
    default Optional<ChannelFactory<ServerSocketChannel>> ipv4Listener() {
        return Optional.empty();
    }

    /** See {@link SocketTransport#listenerOn}. Fails unless {@link #listensOnDescriptors}. */
    default ServerChannel listenerOn(int descriptor, boolean unix) {
        throw new UnsupportedOperationException();
    }

    /** Whether it can listen on a socket that exists already. */
    default boolean listensOnDescriptors() {
        return false;
    }

    /** See {@link SocketTransport#socketChannel}. */
    Class<? extends SocketChannel> socketChannel();

    /** A new socket for an outgoing connection, not registered yet. */
    SocketChannel newSocket();

    /** Whether an event loop can drive these sockets. */
    boolean drives(IoEventLoop loop);

    /** See {@link SocketTransport#objectionTo}. */
    default Optional<String> objectionTo(IoEventLoop loop) {
        return Optional.empty();
    }
}
