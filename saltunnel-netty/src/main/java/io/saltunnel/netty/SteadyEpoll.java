package io.saltunnel.netty;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.ThreadAwareExecutor;

/**
 * Netty's epoll handler (4.2.18 at least), with two faults kept from doing harm.
 *
 * <p>When a channel waits for no event at all, Netty removes it from epoll but goes on as if it were there, so that the next wish for an event fails with ENOENT, and with it the connection. That happens to a half-closed connection
 * whose writer then meets a full socket buffer: everyday life for a tunnel. Here such a channel stays registered with nothing but EPOLLET, which asks for no event, and reports an error or a hang-up once instead of over and over.
 *
 * <p>Netty looks channels up by file descriptor. When one event closes several connections and another opens one, which gets the descriptor of a connection that was closed, then what epoll had said of the old connection in the same
 * go is told to the new one. That has not connected yet, takes a reset for its own, and is deaf to the end of the stream ever after. Here a channel is told nothing in the go in which it came: epoll was asked before it was there.
 */
final class SteadyEpoll implements IoHandler {
    private final IoHandler epoll;
    private boolean running;
    private long runs;

    private SteadyEpoll(IoHandler epoll) {
        this.epoll = epoll;
    }

    static IoHandlerFactory newFactory() {
        IoHandlerFactory factory = EpollIoHandler.newFactory();
        return new IoHandlerFactory() {
            @Override
            public IoHandler newHandler(ThreadAwareExecutor executor) {
                return new SteadyEpoll(factory.newHandler(executor));
            }

            @Override
            public boolean isChangingThreadSupported() {
                return factory.isChangingThreadSupported();
            }
        };
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        runs++;
        running = true;
        try {
            return epoll.run(context);
        } finally {
            running = false;
        }
    }

    @Override
    public void prepareToDestroy() {
        epoll.prepareToDestroy();
    }

    @Override
    public void destroy() {
        epoll.destroy();
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return new SteadyRegistration(epoll.register(running ? new NewHandle((EpollIoHandle) handle, runs) : handle));
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return epoll.isCompatible(handleType);
    }

    /** A registration that never lets go of its file descriptor before it is cancelled. */
    private record SteadyRegistration(IoRegistration registration) implements IoRegistration {
        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // the signature is Netty's own
        public <T> T attachment() {
            return registration.attachment();
        }

        @Override
        public long submit(IoOps ops) {
            return registration.submit(EpollIoOps.NONE.equals(ops) ? EpollIoOps.EPOLLET : ops);
        }

        @Override
        public boolean isValid() {
            return registration.isValid();
        }

        @Override
        public boolean cancel() {
            return registration.cancel();
        }
    }

    /** A channel that was registered while events were dealt with, none of which can be its own. */
    @SuppressWarnings("try") // what close() may throw is Netty's own choice
    private final class NewHandle implements EpollIoHandle {
        private final EpollIoHandle channel;
        private final long bornInRun;

        NewHandle(EpollIoHandle channel, long bornInRun) {
            this.channel = channel;
            this.bornInRun = bornInRun;
        }

        @Override
        public void handle(IoRegistration registration, IoEvent event) {
            if (runs != bornInRun) {
                channel.handle(registration, event);
            }
        }

        @Override
        public FileDescriptor fd() {
            return channel.fd();
        }

        @Override
        public void registered() {
            channel.registered();
        }

        @Override
        public void unregistered() {
            channel.unregistered();
        }

        @Override
        public void close() throws Exception {
            channel.close();
        }
    }
}
