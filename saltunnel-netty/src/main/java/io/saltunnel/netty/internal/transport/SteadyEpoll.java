package io.saltunnel.netty.internal.transport;

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
import io.saltunnel.netty.internal.log.RateLimitedWarning;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Netty's epoll handler (at least 4.2.18) with workarounds for two faults, and with fewer system calls.
 *
 * <p>When a channel waits for no event, Netty removes it from epoll but still treats it as added, so that the next
 * registration fails with ENOENT and ends the connection. This happens to a half-closed connection whose writer meets a
 * full socket buffer, which is common for a tunnel. Here such a channel stays registered with EPOLLET alone, which
 * requests no event, and reports an error or a hang-up once instead of repeatedly.
 *
 * <p>Netty finds channels by file descriptor. If one event closes several connections and another event opens one that
 * gets the descriptor of a closed connection, then the old connection's events of the same round reach the new one. The
 * new connection, not connected yet, mistakes a reset for its own, and never sees the end of its stream. Here a channel
 * gets no events in the round in which it was registered, because those events are older than its registration.
 *
 * <p>Netty updates the system at once for each event that a channel starts or stops waiting for, several times per step
 * of a connection. Here the update happens before the next request for events, and only if something has changed by
 * then.
 */
public final class SteadyEpoll implements IoHandler {
    private static final Logger LOG = LoggerFactory.getLogger(SteadyEpoll.class);
    private static final RateLimitedWarning WARNING = new RateLimitedWarning();

    private final IoHandler epoll;
    private final ThreadAwareExecutor executor;
    private final Queue<SteadyRegistration> changed = new ArrayDeque<>();
    private boolean running;
    private long runs;

    SteadyEpoll(IoHandler epoll, ThreadAwareExecutor executor) {
        this.epoll = epoll;
        this.executor = executor;
    }

    /**
     * Makes handlers for event loops.
     *
     * @return a factory, for any number of loops
     */
    public static IoHandlerFactory newFactory() {
        IoHandlerFactory factory = EpollIoHandler.newFactory();
        return new IoHandlerFactory() {
            @Override
            public IoHandler newHandler(ThreadAwareExecutor executor) {
                return new SteadyEpoll(factory.newHandler(executor), executor);
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
        while (!changed.isEmpty()) {
            changed.remove().tell();
        }
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
        return new SteadyRegistration(
                epoll.register(running ? new NewHandle((EpollIoHandle) handle, runs) : handle), handle);
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return epoll.isCompatible(handleType);
    }

    /**
     * A registration that keeps its file descriptor until it is cancelled. On the event loop, except {@link #submit},
     * {@link #isValid} and {@link #cancel}.
     */
    private final class SteadyRegistration implements IoRegistration {
        private final IoRegistration registration;
        private final IoHandle handle;
        private @Nullable EpollIoOps wanted;
        private @Nullable EpollIoOps told;

        SteadyRegistration(IoRegistration registration, IoHandle handle) {
            this.registration = registration;
            this.handle = handle;
        }

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // the signature is Netty's own
        public <T> T attachment() {
            return registration.attachment();
        }

        @Override
        public long submit(IoOps ops) {
            if (!isValid()) {
                return -1;
            }
            EpollIoOps wish = EpollIoOps.NONE.equals(ops) ? EpollIoOps.EPOLLET : (EpollIoOps) ops;
            if (executor.isExecutorThread(Thread.currentThread())) {
                want(wish);
            } else {
                executor.execute(() -> want(wish));
            }
            return wish.value();
        }

        private void want(EpollIoOps wish) {
            if (wanted == null) {
                changed.add(this);
            }
            wanted = wish;
        }

        void tell() {
            EpollIoOps wish = Objects.requireNonNull(wanted);
            wanted = null;
            if (!wish.equals(told) && isValid()) {
                try {
                    registration.submit(wish);
                    told = wish;
                } catch (UncheckedIOException e) { // otherwise the channel would wait forever
                    close(e);
                }
            }
        }

        private void close(UncheckedIOException cause) {
            WARNING.warn(LOG, "a connection can't be registered with epoll, and is closed", cause);
            try {
                handle.close();
            } catch (Exception e) {
                LOG.debug("nor can it be closed in good order", e);
            }
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

    /**
     * The handle of a channel that was registered while events were being handled. None of those events can belong to
     * it.
     */
    @SuppressWarnings("try") // Netty declares what close() throws
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
