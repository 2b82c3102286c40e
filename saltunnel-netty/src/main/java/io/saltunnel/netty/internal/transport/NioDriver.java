package io.saltunnel.netty.internal.transport;

import io.netty.channel.ChannelFactory;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.nio.NioIoHandle;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Optional;

/** Netty's sockets on Java's selectors. */
final class NioDriver implements SocketDriver {

    @Override
    public boolean loads() {
        return true;
    }

    @Override
    public IoHandlerFactory ioHandlerFactory() {
        return NioIoHandler.newFactory();
    }

    @Override
    public Class<? extends ServerSocketChannel> serverChannel() {
        return NioServerSocketChannel.class;
    }

    @Override
    public Optional<ChannelFactory<ServerSocketChannel>> ipv4Listener() {
        return Optional.of(() -> new NioServerSocketChannel(SelectorProvider.provider(), SocketProtocolFamily.INET));
    }

    @Override
    public Class<? extends SocketChannel> socketChannel() {
        return NioSocketChannel.class;
    }

    @Override
    public SocketChannel newSocket() {
        return new NioSocketChannel();
    }

    @Override
    public boolean drives(IoEventLoop loop) {
        return loop.isCompatible(NioIoHandle.class);
    }
}
