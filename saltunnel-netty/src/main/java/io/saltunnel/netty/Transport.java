package io.saltunnel.netty;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.kqueue.KQueue;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.kqueue.KQueueServerSocketChannel;
import io.netty.channel.kqueue.KQueueSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.util.Locale;

/** How sockets are driven: what the operating system offers, or Java's own NIO everywhere. Any thread may ask. */
public enum Transport {
    /** Epoll on Linux, kqueue on macOS where their native library loads, else {@link #NIO}. */
    AUTO {
        @Override
        public Transport resolve() {
            if (EPOLL.isAvailable()) {
                return EPOLL;
            }
            return KQUEUE.isAvailable() ? KQUEUE : NIO;
        }

        @Override
        public boolean isAvailable() {
            return true;
        }

        @Override
        IoHandlerFactory ioHandlerFactory() {
            return resolve().ioHandlerFactory();
        }

        @Override
        Class<? extends ServerChannel> serverChannel() {
            return resolve().serverChannel();
        }

        @Override
        SocketChannel newSocket() {
            return resolve().newSocket();
        }
    },
    /** Linux epoll, edge-triggered, by Netty's native library. */
    EPOLL {
        @Override
        public boolean isAvailable() {
            return Epoll.isAvailable();
        }

        @Override
        IoHandlerFactory ioHandlerFactory() {
            return SteadyEpoll.newFactory();
        }

        @Override
        Class<? extends ServerChannel> serverChannel() {
            return EpollServerSocketChannel.class;
        }

        @Override
        SocketChannel newSocket() {
            return new EpollSocketChannel();
        }
    },
    /**
     * Linux io_uring, by Netty's native library; never chosen by itself.
     *
     * <p>Netty (4.2.18 at least) may lose the news of a FIN or a reset that arrives while a read is under way, if it
     * has asked for all such news at once (multi-shot) and {@code autoRead} is off. So it is told to ask each time, by
     * its own system property, unless that is set already or Netty's io_uring was in use before.
     */
    IO_URING {
        private static final String MULTI_SHOT_POLL = "io.netty.iouring.pollAddMultishotEnabled";

        @Override
        public boolean isAvailable() {
            pollEachTime();
            return IoUring.isAvailable();
        }

        private static void pollEachTime() {
            if (System.getProperty(MULTI_SHOT_POLL) == null) {
                System.setProperty(MULTI_SHOT_POLL, "false");
            }
        }

        @Override
        IoHandlerFactory ioHandlerFactory() {
            pollEachTime();
            return IoUringIoHandler.newFactory();
        }

        @Override
        Class<? extends ServerChannel> serverChannel() {
            return IoUringServerSocketChannel.class;
        }

        @Override
        SocketChannel newSocket() {
            return new IoUringSocketChannel();
        }
    },
    /** BSD and macOS kqueue, by Netty's native library. */
    KQUEUE {
        @Override
        public boolean isAvailable() {
            return KQueue.isAvailable();
        }

        @Override
        IoHandlerFactory ioHandlerFactory() {
            return KQueueIoHandler.newFactory();
        }

        @Override
        Class<? extends ServerChannel> serverChannel() {
            return KQueueServerSocketChannel.class;
        }

        @Override
        SocketChannel newSocket() {
            return new KQueueSocketChannel();
        }
    },
    /** Java's own selectors: available everywhere. */
    NIO {
        @Override
        public boolean isAvailable() {
            return true;
        }

        @Override
        IoHandlerFactory ioHandlerFactory() {
            return NioIoHandler.newFactory();
        }

        @Override
        Class<? extends ServerChannel> serverChannel() {
            return NioServerSocketChannel.class;
        }

        @Override
        SocketChannel newSocket() {
            return new NioSocketChannel();
        }
    };

    /**
     * The transport that will really be used.
     *
     * @return this, or for {@link #AUTO} the best that is available
     */
    public Transport resolve() {
        return this;
    }

    /**
     * Whether it works on this machine, in this process.
     *
     * @return false where the operating system or the native library is missing; the first call loads the library
     */
    public abstract boolean isAvailable();

    abstract IoHandlerFactory ioHandlerFactory();

    abstract Class<? extends ServerChannel> serverChannel();

    abstract SocketChannel newSocket();

    /** As on the command line: lower case. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
