package io.saltunnel.netty.internal.read;

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
 * Asks the system whether a connection has failed, by a reset or because its peer doesn't answer any more, without
 * reading from it.
 *
 * <p>On epoll, io_uring and kqueue the socket's error tells, SO_ERROR, which the system tells once: whoever asks must see
 * to the connection's end. NIO has no such option. There, a selector that is asked for OP_CONNECT of a connection which is
 * connected names it only when poll has POLLERR or POLLHUP for it. POLLHUP also means that both directions were shut
 * down in good order; such a connection is never said to have failed.
 */
final class SocketErrors {
    /** One for each event loop that ever asked; closed when its thread ends. */
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
     * Asks. On the channel's event loop.
     *
     * @param channel any; one that isn't a socket never fails
     * @return whether it has failed, and nobody was told yet
     */
    static boolean isPending(Channel channel) {
        if (!channel.isOpen() || channel instanceof DuplexChannel duplex && duplex.isShutdown()) {
            return false;
        }
        try {
            if (channel instanceof AbstractNioChannel nio) {
                return isHungUp(nio.unsafe().ch());
            }
            return isNative(channel) && NativeSocketError.isPending(channel);
        } catch (IOException e) {
            return false; // closed meanwhile, which is told in another way; or no file is left for a selector
        }
    }

    /** Told by the classes' names: those of native transports may be missing from the program. */
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

    /** Loaded only where there is a native channel. */
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
            selector.selectNow(); // lets go of the channel, which could not be closed otherwise
        }
    }
}
