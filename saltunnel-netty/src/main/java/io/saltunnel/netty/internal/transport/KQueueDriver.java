package io.saltunnel.netty.internal.transport;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.kqueue.KQueue;
import io.netty.channel.kqueue.KQueueIoHandle;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.kqueue.KQueueServerSocketChannel;
import io.netty.channel.kqueue.KQueueSocketChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;

/** Netty's kqueue. */
final class KQueueDriver implements SocketDriver {

    @Override
    public boolean loads() {
        return KQueue.isAvailable();
    }

    @Override
    public IoHandlerFactory ioHandlerFactory() {
        return KQueueIoHandler.newFactory();
    }

    @Override
    public Class<? extends ServerSocketChannel> serverChannel() {
        return KQueueServerSocketChannel.class;
    }

    @Override
    public Class<? extends SocketChannel> socketChannel() {
        return KQueueSocketChannel.class;
    }

    @Override
    public SocketChannel newSocket() {
        return new KQueueSocketChannel();
    }

    @Override
    public boolean drives(IoEventLoop loop) {
        return loop.isCompatible(KQueueIoHandle.class);
    }
}
