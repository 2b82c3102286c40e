package io.saltunnel.netty.internal.transport;

import io.netty.channel.ChannelFactory;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import java.util.Optional;

/** Netty's epoll, with {@link SteadyEpoll} for its event loops. */
final class EpollDriver implements SocketDriver {

    @Override
    public boolean loads() {
        return Epoll.isAvailable();
    }

    @Override
    public IoHandlerFactory ioHandlerFactory() {
        return SteadyEpoll.newFactory();
    }

    @Override
    public Class<? extends ServerSocketChannel> serverChannel() {
        return EpollServerSocketChannel.class;
    }

    @Override
    public Optional<ChannelFactory<ServerSocketChannel>> ipv4Listener() {
        return Optional.of(() -> new EpollServerSocketChannel(SocketProtocolFamily.INET));
    }

    @Override
    public boolean listensOnDescriptors() {
        return true;
    }

    @Override
    public ServerChannel listenerOn(int descriptor, boolean unix) {
        // A conditional expression would have a type of this transport, which Java loads when it verifies this class:
        // that
        // fails where the transport's library is missing.
        if (unix) {
            return new EpollServerDomainSocketChannel(descriptor, true);
        }
        return new EpollServerSocketChannel(descriptor);
    }

    @Override
    public Class<? extends SocketChannel> socketChannel() {
        return EpollSocketChannel.class;
    }

    @Override
    public SocketChannel newSocket() {
        return new EpollSocketChannel();
    }

    @Override
    public boolean drives(IoEventLoop loop) {
        return loop.isCompatible(EpollIoHandle.class);
    }

    @Override
    public Optional<String> objectionTo(IoEventLoop loop) {
        return loop.isIoType(SteadyEpoll.class)
                ? Optional.empty()
                : Optional.of("Netty's own EpollIoHandler resets half-closed connections;"
                        + " make the loops with Transport.EPOLL.newEventLoops or its ioHandlerFactory");
    }
}
