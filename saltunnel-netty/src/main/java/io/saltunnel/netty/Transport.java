package io.saltunnel.netty;

import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.saltunnel.netty.internal.transport.SocketTransport;
import java.util.Locale;
import java.util.concurrent.ThreadFactory;

/**
 * The ways to drive sockets: those of the operating system, or Java's own NIO everywhere. Any thread may use it.
 *
 * <p>A program that shares its event loops with tunnels makes them here, because Netty's own handlers for epoll and
 * io_uring have faults that cut off half-closed connections, or leave them open forever:
 *
 * {@snippet lang="java" :
 * IoEventLoopGroup loops = Transport.AUTO.newEventLoops(2, new DefaultThreadFactory("my-program"));
 * one.eventLoops(loops); // of any number of tunnels; they tell the transport, too
 * another.eventLoops(loops);
 * }
 */
public enum Transport {
    /** Epoll on Linux or kqueue on macOS if the native library loads, otherwise {@link #NIO}. */
    AUTO {
        @Override
        SocketTransport sockets() {
            return SocketTransport.best();
        }
    },
    /** Linux epoll, edge-triggered, by Netty's native library. */
    EPOLL {
        @Override
        SocketTransport sockets() {
            return SocketTransport.EPOLL;
        }
    },
    /**
     * Linux io_uring, by Netty's native library; {@link #AUTO} never selects it.
     *
     * <p>Netty (at least 4.2.18) may lose a FIN or a reset that arrives during a read, if it polls for all such events
     * at once (multi-shot) and {@code autoRead} is off. So Saltunnel sets Netty's own system property to make it poll
     * each time. If the property has another value, or Netty's io_uring was in use before, this transport has no event
     * loops and no tunnels.
     */
    IO_URING {
        @Override
        SocketTransport sockets() {
            return SocketTransport.IO_URING;
        }
    },
    /** BSD and macOS kqueue, by Netty's native library. */
    KQUEUE {
        @Override
        SocketTransport sockets() {
            return SocketTransport.KQUEUE;
        }
    },
    /** Java's own selectors: available everywhere. */
    NIO {
        @Override
        SocketTransport sockets() {
            return SocketTransport.NIO;
        }
    };

    /** The sockets of this transport; of {@link #AUTO}, those of the best available one. */
    abstract SocketTransport sockets();

    /**
     * The transport that is actually used.
     *
     * @return this, or for {@link #AUTO} the best one available
     */
    public Transport resolve() {
        return valueOf(sockets().name());
    }

    /**
     * Whether it works on this machine, in this process.
     *
     * @return false if the operating system, the native library or Netty's classes for it are missing; the first call
     *     loads the library
     */
    public boolean isAvailable() {
        return sockets().isAvailable();
    }

    /**
     * Makes the handlers with which an event loop drives this transport's sockets, without the faults of Netty's own
     * handlers that harm tunnels.
     *
     * @return a factory for Netty's {@link MultiThreadIoEventLoopGroup}; for {@link #AUTO}, the resolved transport's
     * @throws IllegalStateException of {@link #IO_URING} only, if the process uses it in a way that loses ends of
     *     streams
     */
    public IoHandlerFactory ioHandlerFactory() {
        return sockets().ioHandlerFactory();
    }

    /**
     * Makes event loops that tunnels and any other sockets of this transport can share.
     *
     * @param threads the number of loops, each with its own thread: 1 or more
     * @param threadFactory makes the threads
     * @return a group that the caller owns and shuts down, preferably after the tunnels on it have stopped
     * @throws IllegalArgumentException if {@code threads} is less than 1
     * @throws UnsupportedOperationException if this transport is not {@linkplain #isAvailable() available} here
     * @throws IllegalStateException of {@link #IO_URING} only, if the process uses it in a way that loses ends of
     *     streams
     */
    public IoEventLoopGroup newEventLoops(int threads, ThreadFactory threadFactory) {
        return sockets().newEventLoops(threads, threadFactory);
    }

    /**
     * The channel class for a {@code ServerBootstrap} on such event loops.
     *
     * @return a class with a public constructor without parameters; of {@link #AUTO}, the resolved transport's
     */
    public Class<? extends ServerSocketChannel> serverChannel() {
        return sockets().serverChannel();
    }

    /**
     * The channel class for a {@code Bootstrap} on such event loops.
     *
     * @return a class with a public constructor without parameters; of {@link #AUTO}, the resolved transport's
     */
    public Class<? extends SocketChannel> socketChannel() {
        return sockets().socketChannel();
    }

    /** The name in lower case, as on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
