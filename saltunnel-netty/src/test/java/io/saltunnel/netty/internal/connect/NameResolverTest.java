package io.saltunnel.netty.internal.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.Future;
import io.saltunnel.netty.address.HostAndPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class NameResolverTest {
    private static final HostAndPort NAME = new HostAndPort("target.test", 1);
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final AtomicInteger lookUps = new AtomicInteger();

    @Test
    void aNameThatComesBackIsFoundAgain() {
        try (NameResolver resolver = new NameResolver(NAME, host -> {
            if (lookUps.incrementAndGet() < 3) {
                throw new UnknownHostException(host);
            }
            return new InetAddress[] {LOOPBACK};
        })) {
            assertThat(failure(resolver)).isInstanceOf(UnknownHostException.class);
            assertThat(failure(resolver)).isInstanceOf(UnknownHostException.class);
            assertThat(resolver.resolve().awaitUninterruptibly().getNow())
                    .containsExactly(new InetSocketAddress(LOOPBACK, NAME.port()));
        }
    }

    @Test
    void noFaultOfALookUpHangsTheNext() {
        try (NameResolver resolver = new NameResolver(NAME, host -> {
            switch (lookUps.incrementAndGet()) {
                case 1 -> throw new SecurityException("not allowed");
                case 2 -> throw new StackOverflowError();
                default -> {
                    return new InetAddress[] {LOOPBACK};
                }
            }
        })) {
            assertThat(failure(resolver)).isInstanceOf(SecurityException.class);
            assertThat(failure(resolver)).isInstanceOf(StackOverflowError.class);
            assertThat(resolver.resolve().awaitUninterruptibly().getNow())
                    .containsExactly(new InetSocketAddress(LOOPBACK, NAME.port()));
        }
    }

    @Test
    void aRequestDuringALookUpSharesItsAnswer() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        try (NameResolver resolver = new NameResolver(NAME, host -> {
            lookUps.incrementAndGet();
            await(answer);
            return new InetAddress[] {LOOPBACK};
        })) {
            List<Future<List<InetSocketAddress>>> asked =
                    List.of(resolver.resolve(), resolver.resolve(), resolver.resolve());
            answer.countDown();
            for (Future<List<InetSocketAddress>> one : asked) {
                assertThat(one.awaitUninterruptibly().getNow())
                        .containsExactly(new InetSocketAddress(LOOPBACK, NAME.port()));
            }
            assertThat(lookUps.get()).isOne();
        }
    }

    @Test
    void aClosedResolverFailsAtOnce() {
        NameResolver resolver = new NameResolver(NAME, host -> new InetAddress[] {LOOPBACK});
        resolver.close();
        assertThat(resolver.resolve().isDone()).isTrue();
        assertThat(failure(resolver)).isNotNull();
    }

    @Test
    void aNumericAddressNeedsNoLookUp() {
        try (NameResolver resolver = new NameResolver(new HostAndPort("127.0.0.1", 1), host -> {
            throw new AssertionError("looked up");
        })) {
            assertThat(resolver.resolve().getNow()).containsExactly(new InetSocketAddress(LOOPBACK, NAME.port()));
        }
    }

    private static Throwable failure(NameResolver resolver) {
        return resolver.resolve().awaitUninterruptibly().cause();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
