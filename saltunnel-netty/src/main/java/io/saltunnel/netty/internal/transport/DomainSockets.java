package io.saltunnel.netty.internal.transport;

import io.netty.channel.Channel;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.kqueue.KQueueDomainSocketChannel;
import io.netty.channel.kqueue.KQueueServerDomainSocketChannel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/**
 * The UNIX domain sockets of a transport, by the transport's name. The transport's classes may be missing from the
 * program, because each constant loads them only when it is used. Any thread.
 *
 * <p>io_uring is not among them: Netty's (at least up to 4.2.18) closes such a socket as soon as its peer has ended its
 * stream, even with {@code ALLOW_HALF_CLOSURE}, and its channels can't be extended.
 */
public enum DomainSockets {
    /** Linux epoll. */
    EPOLL {
        @Override
        public ServerChannel newListener() {
            return new EpollServerDomainSocketChannel();
        }

        @Override
        public Channel newSocket() {
            return new EpollDomainSocketChannel();
        }
    },
    /** BSD and macOS kqueue. */
    KQUEUE {
        @Override
        public ServerChannel newListener() {
            return new KQueueServerDomainSocketChannel();
        }

        @Override
        public Channel newSocket() {
            return new KQueueDomainSocketChannel();
        }
    },
    /** Java's own sockets, which also have their own address type. */
    NIO {
        @Override
        public ServerChannel newListener() {
            return NioUnixChannel.openListener();
        }

        @Override
        public Channel newSocket() {
            return NioUnixChannel.open();
        }

        @Override
        public SocketAddress address(String path) {
            return UnixDomainSocketAddress.of(path);
        }
    };

    /**
     * Makes a channel that accepts connections.
     *
     * @return a channel that is neither registered nor bound
     */
    public abstract ServerChannel newListener();

    /**
     * Makes a channel that connects.
     *
     * @return a channel that is neither registered nor connected
     */
    public abstract Channel newSocket();

    /**
     * The address that these channels understand.
     *
     * @param path the path of the socket's file
     * @return an address of the transport's type
     */
    public SocketAddress address(String path) {
        return new DomainSocketAddress(path);
    }

    /**
     * Finds the sockets of a transport.
     *
     * @param transport its name, as on the command line
     * @return its UNIX domain sockets
     * @throws UnsupportedOperationException if it has none, with a message for the user
     */
    public static DomainSockets of(String transport) {
        for (DomainSockets sockets : values()) {
            if (sockets.name().equalsIgnoreCase(transport)) {
                return sockets;
            }
        }
        throw new UnsupportedOperationException("the transport " + transport
                + " has no UNIX domain sockets that can be half-closed: choose another one, such as auto or nio");
    }

    /**
     * Distinguishes a UNIX domain socket from a TCP socket and from channels that aren't sockets.
     *
     * @param connection any channel that isn't a listening one
     * @return whether it is a UNIX domain socket
     */
    public static boolean isOne(Channel connection) {
        return connection instanceof DuplexChannel && !(connection instanceof SocketChannel);
    }
}
