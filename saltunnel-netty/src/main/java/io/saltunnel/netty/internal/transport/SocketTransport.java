package io.saltunnel.netty.internal.transport;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.kqueue.KQueue;
import io.netty.channel.kqueue.KQueueIoHandle;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.kqueue.KQueueServerSocketChannel;
import io.netty.channel.kqueue.KQueueSocketChannel;
import io.netty.channel.nio.NioIoHandle;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;

/** The ways to drive sockets: those of the operating system, or Java's own NIO everywhere. Any thread may use it. */
public enum SocketTransport {
    /** Linux epoll, edge-triggered, by Netty's native library. */
    EPOLL("Linux", "netty-transport-native-epoll") {
        @Override
        boolean loads() {
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
        public Class<? extends SocketChannel> socketChannel() {
            return EpollSocketChannel.class;
        }

        @Override
        public SocketChannel newSocket() {
            return new EpollSocketChannel();
        }

        @Override
        public boolean acceptedInheritOptions() {
            return true;
        }

        @Override
        public boolean hasUserTimeout() {
            return true;
        }

        @Override
        public boolean drives(IoEventLoop loop) {
            return isAvailable() && loop.isCompatible(EpollIoHandle.class);
        }

        @Override
        public Optional<String> objectionTo(IoEventLoop loop) {
            return loop.isIoType(SteadyEpoll.class)
                    ? Optional.empty()
                    : Optional.of("Netty's own EpollIoHandler resets half-closed connections;"
                            + " make the loops with Transport.EPOLL.newEventLoops or its ioHandlerFactory");
        }
    },
    /**
     * Linux io_uring, by Netty's native library; {@link #best} never returns it.
     *
     * <p>Netty (at least 4.2.18) may lose a FIN or a reset that arrives during a read, if it polls for all such events
     * at once (multi-shot) and {@code autoRead} is off. So this sets Netty's own system property to make it poll each
     * time. If the property has another value, or Netty's io_uring was in use before, this transport has no event loops
     * and no tunnels.
     */
    IO_URING("Linux", "netty-transport-native-io_uring") {
        private static final String MULTI_SHOT_POLL = "io.netty.iouring.pollAddMultishotEnabled";

        @Override
        boolean loads() {
            pollEachTime();
            return IoUring.isAvailable();
        }

        private static void pollEachTime() {
            if (System.getProperty(MULTI_SHOT_POLL) == null) {
                System.setProperty(MULTI_SHOT_POLL, "false");
            }
        }

        private static Optional<String> fault() {
            return IoUring.isPollAddMultishotEnabled()
                    ? Optional.of("Netty's io_uring was started with multi-shot polls, which lose ends of streams;"
                            + " start Java with -D" + MULTI_SHOT_POLL + "=false, or make the first such event loops of"
                            + " the process with Transport.IO_URING.newEventLoops")
                    : Optional.empty();
        }

        @Override
        public IoHandlerFactory ioHandlerFactory() {
            pollEachTime();
            fault().ifPresent(fault -> {
                throw new IllegalStateException(fault);
            });
            return IoUringIoHandler.newFactory();
        }

        @Override
        public Class<? extends ServerSocketChannel> serverChannel() {
            return IoUringServerSocketChannel.class;
        }

        @Override
        public Class<? extends SocketChannel> socketChannel() {
            return IoUringSocketChannel.class;
        }

        @Override
        public SocketChannel newSocket() {
            return new IoUringSocketChannel();
        }

        @Override
        public boolean acceptedInheritOptions() {
            return true;
        }

        @Override
        public boolean hasUserTimeout() {
            return true;
        }

        @Override
        public boolean drives(IoEventLoop loop) {
            return isAvailable() && loop.isCompatible(IoUringIoHandle.class);
        }

        @Override
        public Optional<String> objectionTo(IoEventLoop loop) {
            return fault();
        }
    },
    /** BSD and macOS kqueue, by Netty's native library. */
    KQUEUE("macOS or BSD", "netty-transport-native-kqueue") {
        @Override
        boolean loads() {
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
            return isAvailable() && loop.isCompatible(KQueueIoHandle.class);
        }
    },
    /** Java's own selectors: available everywhere. */
    NIO {
        @Override
        boolean loads() {
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
    };

    /** The operating systems with this transport; empty if all have it. */
    private final String systems;

    /** Netty's artifact with its native library and classes; empty if it needs none. */
    private final String artifact;

    SocketTransport() {
        this("", "");
    }

    SocketTransport(String systems, String artifact) {
        this.systems = systems;
        this.artifact = artifact;
    }

    /**
     * The best transport of this machine.
     *
     * @return epoll on Linux or kqueue on macOS if the native library loads, otherwise NIO
     */
    public static SocketTransport best() {
        if (EPOLL.isAvailable()) {
            return EPOLL;
        }
        return KQUEUE.isAvailable() ? KQUEUE : NIO;
    }

    /**
     * Whether it works on this machine, in this process.
     *
     * @return false if the operating system, the native library or Netty's classes for it are missing; the first call
     *     loads the library
     */
    public boolean isAvailable() {
        try {
            return loads();
        } catch (LinkageError e) {
            return false; // its classes are optional, and may be of another version than ours, which doesn't link
        }
    }

    /** Whether its native library loads; fails with a {@link LinkageError} if its classes aren't there. */
    abstract boolean loads();

    /**
     * Makes the handlers with which an event loop drives this transport's sockets, without the faults of Netty's own
     * handlers that harm tunnels.
     *
     * @return a factory for Netty's {@link MultiThreadIoEventLoopGroup}
     * @throws IllegalStateException of {@link #IO_URING} only, if the process uses it in a way that loses ends of
     *     streams
     */
    public abstract IoHandlerFactory ioHandlerFactory();

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
        Objects.requireNonNull(threadFactory, "threadFactory");
        if (threads < 1) {
            throw new IllegalArgumentException("event loops need at least one thread, not " + threads);
        }
        checkAvailable();
        return new MultiThreadIoEventLoopGroup(threads, threadFactory, ioHandlerFactory());
    }

    /**
     * The channel class for a {@code ServerBootstrap} on such event loops.
     *
     * @return a class with a public constructor without parameters
     */
    public abstract Class<? extends ServerSocketChannel> serverChannel();

    /**
     * The channel class for a {@code Bootstrap} on such event loops.
     *
     * @return a class with a public constructor without parameters
     */
    public abstract Class<? extends SocketChannel> socketChannel();

    /**
     * Makes a socket for an outgoing connection.
     *
     * @return a channel that is not registered yet
     */
    public abstract SocketChannel newSocket();

    /**
     * Its UNIX domain sockets.
     *
     * @return what makes them
     * @throws UnsupportedOperationException if it has none; says which transports do
     */
    public final DomainSockets domainSockets() {
        return DomainSockets.of(toString());
    }

    /**
     * Whether it can have the system end a connection whose data is not acknowledged in time.
     *
     * @return whether TCP_USER_TIMEOUT can be set
     */
    public boolean hasUserTimeout() {
        return false;
    }

    /**
     * Whether accepted TCP connections have the socket options of the listening socket, as on Linux.
     *
     * @return whether options need only be set there
     */
    public boolean acceptedInheritOptions() {
        return false;
    }

    /**
     * Whether an event loop can drive this transport's sockets.
     *
     * @param loop any event loop
     * @return whether it can
     */
    public abstract boolean drives(IoEventLoop loop);

    /**
     * Why no tunnel may run on an event loop that drives this transport's sockets.
     *
     * @param loop an event loop that drives them
     * @return the fault and its remedy; empty if there is none
     */
    public Optional<String> objectionTo(IoEventLoop loop) {
        return Optional.empty();
    }

    /**
     * Refuses a transport that doesn't work here.
     *
     * @throws UnsupportedOperationException if it is not {@linkplain #isAvailable() available}; says what it needs
     */
    public final void checkAvailable() {
        if (!isAvailable()) {
            throw new UnsupportedOperationException("the transport " + this + " is not available here: it needs "
                    + systems + ", and in the program io.netty:" + artifact + " with the classifier of this platform");
        }
    }

    /** As on the command line: lower case. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
