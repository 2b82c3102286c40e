package io.saltunnel.netty.internal.transport;

import io.netty.channel.Channel;
import io.netty.channel.nio.AbstractNioChannel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.util.concurrent.FastThreadLocal;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/**
 * Asks the system whether a connection has failed, by a reset or because its peer no longer answers, without reading
 * from it.
 *
 * <p>On epoll, io_uring and kqueue this reads the socket's error, SO_ERROR. The system reports it once, so the caller
 * must then end the connection. NIO has no such option. There, a selector with OP_CONNECT selects an established
 * connection only if poll reports POLLERR or POLLHUP. POLLHUP is also reported if both directions were shut down in
 * order, though the peer's FIN, and data before it, may not have been read yet. So on NIO a connection whose output is
 * shut down never counts as failed: the next read reports a failure.
 *
 * <p>A UNIX domain socket has POLLHUP as soon as its peer has closed it, in order or not, while its last data may not
 * have reached the other side of the tunnel yet. So on NIO it never counts as failed: the next write reports a failure.
 */
final class SocketErrors {
    /** One selector for each event loop that has asked. Closed when the loop's thread ends. */
    private static final FastThreadLocal<Selector> SELECTOR = new FastThreadLocal<>() {
        @Override
        protected Selector initialValue() throws IOException {
            return Selector.open();
        }

        @Override
        protected void onRemoval(Selector selector) throws IOException {
            selector.close();
        }
    };

    private SocketErrors() {}

    /**
     * Asks the system for an error of the socket that no read or write has reported. On the channel's event loop.
     *
     * @param channel any channel; one that isn't a socket never fails
     * @return whether it has failed without having been reported
     */
    static boolean isPending(Channel channel) {
        if (!channel.isOpen() || channel instanceof DuplexChannel duplex && duplex.isShutdown()) {
            return false;
        }
        try {
            if (channel instanceof AbstractNioChannel nio) {
                return !DomainSockets.isOne(channel)
                        && !isOutputShutdown(channel)
                        && isHungUp(nio.unsafe().ch());
            }
            return isNative(channel) && NativeSocketError.isPending(channel);
        } catch (IOException e) {
            return false; // closed meanwhile, which is reported elsewhere; or no file descriptor is left for a selector
        }
    }

    private static boolean isOutputShutdown(Channel channel) {
        return channel instanceof DuplexChannel duplex && duplex.isOutputShutdown();
    }

    /** Identifies transports by the names of their classes, because native ones may be missing from the program. */
    private static boolean isNative(Channel channel) {
        for (Class<?> type = channel.getClass(); type != null; type = type.getSuperclass()) {
            String name = type.getName();
            if (name.startsWith("io.netty.channel.epoll.")
                    || name.startsWith("io.netty.channel.uring.")
                    || name.startsWith("io.netty.channel.kqueue.")) {
                return true;
            }
        }
        return false;
    }

    /** Loaded only if there is a native channel. */
    private static final class NativeSocketError {
        static boolean isPending(Channel channel) throws IOException {
            return channel instanceof UnixChannel connection
                    && connection.fd() instanceof Socket socket
                    && socket.getSoError() != 0;
        }
    }

    private static boolean isHungUp(SelectableChannel connection) throws IOException {
        Selector selector;
        try {
            selector = SELECTOR.get();
        } catch (RuntimeException e) {
            throw new IOException(e);
        }
        try {
            SelectionKey key = connection.register(selector, SelectionKey.OP_CONNECT);
            selector.selectNow();
            boolean hungUp = key.isConnectable();
            key.cancel();
            return hungUp;
        } catch (ClosedChannelException e) {
            return false;
        } finally {
            selector.selectedKeys().clear();
            selector.selectNow(); // deregisters the channel, which otherwise could not be closed
        }
    }
}
