package io.saltunnel.netty.internal.transport;

import io.netty.channel.ChannelFactory;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.saltunnel.netty.address.InheritedSocket;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;

/** The ways to drive sockets: those of the operating system, or Java's own NIO everywhere. Any thread may use it. */
public enum SocketTransport {
    /** Linux epoll, edge-triggered, by Netty's native library. */
    EPOLL(Systems.LINUX, "netty-transport-native-epoll", new EpollDriver()),
    /**
     * Linux io_uring, by Netty's native library; {@link #best} never returns it. Needs a system property of Netty that
     * it sets itself, unless Netty's io_uring is in use already.
     */
    IO_URING(Systems.LINUX, "netty-transport-native-io_uring", new IoUringDriver()),
    /** BSD and macOS kqueue, by Netty's native library. */
    KQUEUE(Systems.BSD, "netty-transport-native-kqueue", new KQueueDriver()),
    /** Java's own selectors: available everywhere. */
    NIO(Systems.ANY, "", new NioDriver());

    /** The operating systems with a transport. */
    private enum Systems {
        LINUX("Linux"),
        BSD("macOS or BSD"),
        ANY("any system");

        private final String text;

        Systems(String text) {
            this.text = text;
        }
    }

    private final Systems systems;

    /** Netty's artifact with its native library and classes; empty if it needs none. */
    private final String artifact;

    @SuppressWarnings("ImmutableEnumChecker") // a driver has no state
    private final SocketDriver driver;

    SocketTransport(Systems systems, String artifact, SocketDriver driver) {
        this.systems = systems;
        this.artifact = artifact;
        this.driver = driver;
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
            return driver.loads();
        } catch (LinkageError e) {
            return false; // its classes are optional, and may be of a version that doesn't link
        }
    }

    /**
     * Makes the handlers with which an event loop drives this transport's sockets, without the faults of Netty's own
     * handlers that harm tunnels.
     *
     * @return a factory for Netty's {@link MultiThreadIoEventLoopGroup}
     * @throws IllegalStateException of {@link #IO_URING} only, if the process uses it in a way that loses ends of
     *     streams
     */
    public IoHandlerFactory ioHandlerFactory() {
        return driver.ioHandlerFactory();
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
    public Class<? extends ServerSocketChannel> serverChannel() {
        return driver.serverChannel();
    }

    /**
     * Makes listening channels that IPv6 can't reach.
     *
     * @return a factory; empty if listening on all IPv4 addresses always includes those of IPv6
     */
    public Optional<ChannelFactory<ServerSocketChannel>> ipv4Listener() {
        return driver.ipv4Listener();
    }

    /**
     * Refuses to listen on a socket that exists already, if this transport can't.
     *
     * @param socket names it
     * @throws UnsupportedOperationException with a message for the user
     */
    final void checkCanListenOn(InheritedSocket socket) {
        if (!driver.listensOnDescriptors()) {
            throw new UnsupportedOperationException("the transport " + this + " can't listen on " + socket
                    + ", only epoll can: choose epoll, which needs Linux, or name an address");
        }
    }

    /**
     * Makes a channel that listens on a socket that exists already.
     *
     * @param descriptor a listening socket that doesn't block; the channel closes it
     * @param unix whether it is a UNIX domain socket
     * @return a channel that is not registered yet
     */
    final ServerChannel listenerOn(int descriptor, boolean unix) {
        return driver.listenerOn(descriptor, unix);
    }

    /**
     * The channel class for a {@code Bootstrap} on such event loops.
     *
     * @return a class with a public constructor without parameters
     */
    public Class<? extends SocketChannel> socketChannel() {
        return driver.socketChannel();
    }

    /**
     * Makes a socket for an outgoing connection.
     *
     * @return a channel that is not registered yet
     */
    public SocketChannel newSocket() {
        return driver.newSocket();
    }

    /**
     * The UNIX domain sockets of this transport.
     *
     * @return a factory of such sockets
     * @throws UnsupportedOperationException if it has none; the message says which transports do
     */
    public final DomainSockets domainSockets() {
        return DomainSockets.of(toString());
    }

    /**
     * Whether it can make the system end a connection whose data is not acknowledged in time.
     *
     * @return whether TCP_USER_TIMEOUT can be set
     */
    public boolean hasUserTimeout() {
        return systems == Systems.LINUX;
    }

    /**
     * Whether accepted TCP connections have the socket options of the listening socket, as on Linux.
     *
     * @return whether options need only be set there
     */
    public boolean acceptedInheritOptions() {
        return systems == Systems.LINUX;
    }

    /**
     * Whether an event loop can drive this transport's sockets.
     *
     * @param loop any event loop
     * @return whether it can
     */
    public boolean drives(IoEventLoop loop) {
        return isAvailable() && driver.drives(loop);
    }

    /**
     * Why no tunnel may run on an event loop that drives this transport's sockets.
     *
     * @param loop an event loop that drives them
     * @return the fault and its remedy; empty if there is none
     */
    public Optional<String> objectionTo(IoEventLoop loop) {
        return driver.objectionTo(loop);
    }

    /**
     * Refuses a transport that doesn't work here.
     *
     * @throws UnsupportedOperationException if it is not {@linkplain #isAvailable() available}; the message says what
     *     it needs
     */
    public final void checkAvailable() {
        if (!isAvailable()) {
            throw new UnsupportedOperationException(
                    "the transport " + this + " is not available here: it needs " + systems.text
                            + ", and in the program io.netty:" + artifact + " with the classifier of this platform");
        }
    }

    /** The name in lower case, as on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
