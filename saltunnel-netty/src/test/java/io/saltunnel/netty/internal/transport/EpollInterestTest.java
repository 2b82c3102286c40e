package io.saltunnel.netty.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Goal: epoll learns a channel's interest with the next request for events, and only if it has changed. */
class EpollInterestTest {
    private static final EpollIoOps IN = EpollIoOps.EPOLLIN;
    private static final EpollIoOps OUT = EpollIoOps.EPOLLOUT;

    private static final IoHandlerContext CONTEXT = new IoHandlerContext() {
        @Override
        public boolean canBlock() {
            return false;
        }

        @Override
        public long delayNanos(long currentTimeNanos) {
            return 0;
        }

        @Override
        public long deadlineNanos() {
            return -1;
        }
    };

    private final Loop loop = new Loop();
    private final Recorder epoll = new Recorder();
    private final SteadyEpoll steady = new SteadyEpoll(epoll, loop);
    private final Handle handle = new Handle();
    private final IoRegistration registration;

    EpollInterestTest() throws Exception {
        registration = steady.register(handle);
    }

    @Test
    void tellsTheLastWishOnly() {
        registration.submit(OUT);
        registration.submit(IN.with(OUT));
        registration.submit(IN);
        assertThat(epoll.told).isEmpty();
        steady.run(CONTEXT);
        steady.run(CONTEXT);
        assertThat(epoll.told).containsExactly(IN);
    }

    @Test
    void tellsNothingWhereNothingHasChanged() {
        registration.submit(IN);
        steady.run(CONTEXT);
        registration.submit(OUT);
        registration.submit(IN);
        steady.run(CONTEXT);
        assertThat(epoll.told).containsExactly(IN);
    }

    @Test
    void tellsOfEachChangeBetweenTwoRuns() {
        registration.submit(IN);
        steady.run(CONTEXT);
        registration.submit(EpollIoOps.NONE);
        steady.run(CONTEXT);
        registration.submit(IN);
        steady.run(CONTEXT);
        assertThat(epoll.told).containsExactly(IN, EpollIoOps.EPOLLET, IN); // never without any event
    }

    @Test
    void tellsNothingOfAChannelThatIsGone() {
        registration.submit(IN);
        registration.cancel();
        steady.run(CONTEXT);
        assertThat(epoll.told).isEmpty();
        assertThat(registration.submit(OUT)).isNegative();
    }

    @Test
    void takesWishesOfOtherThreadsOnItsOwn() {
        loop.here = false;
        registration.submit(IN);
        steady.run(CONTEXT);
        assertThat(epoll.told).isEmpty();
        loop.here = true;
        loop.tasks.remove().run();
        steady.run(CONTEXT);
        assertThat(epoll.told).containsExactly(IN);
    }

    @Test
    void closesAChannelThatEpollRefuses() {
        epoll.refusal = new UncheckedIOException(new IOException("no space left on device"));
        registration.submit(IN);
        steady.run(CONTEXT);
        assertThat(handle.closed).isTrue();
    }

    private static final class Loop implements ThreadAwareExecutor {
        final Queue<Runnable> tasks = new ArrayDeque<>();
        boolean here = true;

        @Override
        public boolean isExecutorThread(Thread thread) {
            return here;
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }
    }

    /** Replaces Netty's handler and its one registration. */
    private static final class Recorder implements IoHandler, IoRegistration {
        final List<IoOps> told = new ArrayList<>();

        @Nullable
        UncheckedIOException refusal;

        boolean cancelled;

        @Override
        public int run(IoHandlerContext context) {
            return 0;
        }

        @Override
        public IoRegistration register(IoHandle handle) {
            return this;
        }

        @Override
        public long submit(IoOps ops) {
            if (refusal != null) {
                throw refusal;
            }
            told.add(ops);
            return 0;
        }

        @Override
        public boolean isValid() {
            return !cancelled;
        }

        @Override
        public boolean cancel() {
            cancelled = true;
            return true;
        }

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // the signature is Netty's own
        public <T> T attachment() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void prepareToDestroy() {}

        @Override
        public void destroy() {}

        @Override
        public void wakeup() {}

        @Override
        public boolean isCompatible(Class<? extends IoHandle> handleType) {
            return true;
        }
    }

    private static final class Handle implements EpollIoHandle {
        boolean closed;

        @Override
        public void handle(IoRegistration registration, IoEvent event) {}

        @Override
        public FileDescriptor fd() {
            return new FileDescriptor(0);
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
