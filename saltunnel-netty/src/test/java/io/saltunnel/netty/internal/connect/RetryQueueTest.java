package io.saltunnel.netty.internal.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.Future;
import io.saltunnel.netty.address.UnixPath;
import io.saltunnel.netty.internal.transport.DomainSockets;
import io.saltunnel.netty.internal.transport.SocketTransport;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Connections whose target is not there yet, and their patience. A UNIX domain socket takes no other program's port. */
@Timeout(60)
class RetryQueueTest {
    private static final Duration FOREVER = Duration.ofDays(1);

    @TempDir
    Path directory;

    private final DomainSockets sockets = SocketTransport.NIO.domainSockets();
    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(3, NioIoHandler.newFactory());

    /** One for each socket that was made. */
    private final Semaphore attempts = new Semaphore(0);

    private final AtomicLong seconds = new AtomicLong();

    @AfterEach
    void close() {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private Connector connector(Duration patience) {
        UnixPath path = new UnixPath(file().toString());
        Target target = Target.of(path, sockets.address(path.path()), () -> {
            attempts.release();
            return sockets.newSocket();
        });
        ConnectPolicy once = ConnectPolicy.once(null);
        return new Connector(
                List.of(target),
                new ConnectPolicy(once.failover(), once.timeout(), patience),
                () -> TimeUnit.SECONDS.toNanos(seconds.get()));
    }

    private Path file() {
        return directory.resolve("target");
    }

    private ServerSocketChannel listen() throws Exception {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(file()));
    }

    /** What has been asked of the loops is done. */
    private void settle() throws Exception {
        for (int i = 0; i < 3; i++) {
            loops.next().submit(() -> {}).sync();
        }
    }

    @Test
    void aTargetThatIsThereInTheEndIsReached() throws Exception {
        try (Connector connector = connector(FOREVER)) {
            Future<Channel> connection = connector.connect(loops.next(), () -> {});
            attempts.acquire(3);
            assertThat(connection.isDone()).isFalse();
            try (ServerSocketChannel target = listen();
                    SocketChannel accepted = target.accept()) {
                assertThat(accepted.isConnected()).isTrue();
                assertThat(connection.await().getNow().isActive()).isTrue();
                assertThat(Target.of(connection.getNow())).isPresent();
            }
        }
    }

    @Test
    void oneTriesForAllThatWait() throws Exception {
        try (Connector connector = connector(FOREVER)) {
            Future<Channel> first = connector.connect(loops.next(), () -> {});
            attempts.acquire(2);
            Semaphore begun = new Semaphore(0);
            List<Future<Channel>> others = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                others.add(connector.connect(loops.next(), begun::release));
            }
            begun.acquire(50); // those behind them in the order of their source need not wait
            attempts.drainPermits();
            attempts.acquire(3);
            assertThat(attempts.drainPermits()).isLessThan(25);
            assertThat(first.isDone()).isFalse();
            assertThat(others).noneMatch(Future::isDone);
            try (ServerSocketChannel target = listen()) {
                for (Future<Channel> each : others) {
                    target.accept().close();
                    assertThat(each.await().isSuccess()).isTrue();
                }
            }
        }
    }

    @Test
    void thoseThatWaitReachTheTargetInTheirOrder() throws Exception {
        int connections = 20;
        try (Connector connector = connector(FOREVER)) {
            List<Future<Channel>> asked = new ArrayList<>();
            asked.add(connector.connect(loops.next(), () -> {}));
            attempts.acquire(2);
            EventLoop loop = loops.next();
            for (int i = 1; i < connections; i++) {
                Semaphore begun = new Semaphore(0);
                asked.add(connector.connect(loop, begun::release));
                begun.acquire();
                loop = loops.next();
            }
            try (ServerSocketChannel target = listen()) {
                for (int i = 0; i < connections; i++) {
                    Channel channel = asked.get(i).await().getNow();
                    channel.writeAndFlush(channel.alloc().directBuffer(1).writeByte(i))
                            .sync();
                }
                for (int i = 0; i < connections; i++) {
                    try (SocketChannel accepted = target.accept()) {
                        ByteBuffer number = ByteBuffer.allocate(1);
                        accepted.read(number);
                        assertThat(number.get(0)).isEqualTo((byte) i);
                    }
                }
            }
        }
    }

    @Test
    void allAreGivenUpWhenTheirPatienceIsOver() throws Exception {
        try (Connector connector = connector(Duration.ofSeconds(10))) {
            Future<Channel> first = connector.connect(loops.next(), () -> {});
            attempts.acquire(2);
            seconds.set(9);
            Future<Channel> later = connector.connect(loops.next(), () -> {});
            settle();
            attempts.drainPermits();
            attempts.acquire(2);
            assertThat(first.isDone()).isFalse();
            seconds.set(10);
            assertThat(first.await().cause())
                    .isInstanceOf(ConnectFailedException.class)
                    .hasMessageEndingWith("no such file or directory");
            attempts.drainPermits();
            attempts.acquire(2);
            assertThat(later.isDone()).isFalse();
            seconds.set(19);
            assertThat(later.await().cause()).isInstanceOf(ConnectFailedException.class);
            try (ServerSocketChannel target = listen()) { // nothing is left of the trouble
                assertThat(connector.connect(loops.next(), () -> {}).await().isSuccess())
                        .isTrue();
                target.accept().close();
            }
        }
    }

    @Test
    void withoutPatienceThereIsOneTry() throws Exception {
        try (Connector connector = connector(Duration.ZERO)) {
            assertThat(connector.connect(loops.next(), () -> {}).await().cause())
                    .isInstanceOf(ConnectFailedException.class);
            assertThat(attempts.drainPermits()).isOne();
        }
    }

    @Test
    void oneThatIsNoLongerWantedLetsTheNextTry() throws Exception {
        try (Connector connector = connector(FOREVER)) {
            List<Future<Channel>> asked = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                asked.add(connector.connect(loops.next(), () -> {}));
            }
            attempts.acquire(8);
            for (Future<Channel> each : asked.subList(0, 4)) {
                assertThat(each.cancel(false)).isTrue();
            }
            try (ServerSocketChannel target = listen();
                    SocketChannel accepted = target.accept()) {
                assertThat(accepted.isConnected()).isTrue();
                assertThat(asked.get(4).await().isSuccess()).isTrue();
            }
        }
    }

    /** As if no memory were left: those behind the faulty one go on. */
    @Test
    void aFaultInATryIsTheEndOfThatConnectionOnly() throws Exception {
        Queue<Request> tries = new ConcurrentLinkedQueue<>();
        RetryQueue queue = new RetryQueue(
                (same, request, begun) -> {
                    tries.add(request);
                    throw new IllegalStateException("a fault");
                },
                FOREVER,
                () -> 0);
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            requests.add(new Request(i, 0, List.of(), loops.next(), () -> {}));
        }
        queue.failed(requests.get(0), new IOException("connection refused"));
        assertThat(queue.takes(requests.get(1))).isTrue();
        assertThat(requests.get(0).result().await().cause()).hasMessageEndingWith("a fault");
        assertThat(requests.get(1).result().await().cause()).isInstanceOf(ConnectFailedException.class);
        queue.failed(requests.get(2), new IOException("connection refused"));
        assertThat(requests.get(2).result().await().cause()).hasRootCauseInstanceOf(IllegalStateException.class);
        assertThat(tries).containsExactlyElementsOf(requests);
        settle();
        assertThat(queue.takes(requests.get(2))).isFalse();
    }

    /** They are released one after another when the target is back. */
    @Test
    void aFaultInOneThatIsReleasedDoesNotHoldUpTheNext() throws Exception {
        List<Request> requests = new ArrayList<>();
        RetryQueue queue = new RetryQueue(
                (same, request, begun) -> {
                    if (request.number() == 1) {
                        throw new IllegalStateException("a fault");
                    }
                    request.result().trySuccess(new EmbeddedChannel());
                    begun.run();
                },
                FOREVER,
                () -> 0);
        for (int i = 0; i < 3; i++) {
            requests.add(new Request(i, 0, List.of(), loops.next(), () -> {}));
        }
        queue.failed(requests.get(0), new IOException("connection refused"));
        assertThat(queue.takes(requests.get(1))).isTrue();
        assertThat(queue.takes(requests.get(2))).isTrue();
        queue.made();
        assertThat(requests.get(0).result().await().isSuccess()).isTrue();
        assertThat(requests.get(1).result().await().cause()).isInstanceOf(ConnectFailedException.class);
        assertThat(requests.get(2).result().await().isSuccess()).isTrue();
    }
}
