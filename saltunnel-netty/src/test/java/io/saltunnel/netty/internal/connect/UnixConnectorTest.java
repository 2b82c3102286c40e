package io.saltunnel.netty.internal.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.saltunnel.netty.address.UnixPath;
import io.saltunnel.netty.internal.transport.DomainSockets;
import io.saltunnel.netty.internal.transport.SocketTransport;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
@ParameterizedClass
@EnumSource(
        value = SocketTransport.class,
        names = {"EPOLL", "NIO"})
class UnixConnectorTest {
    @TempDir
    Path directory;

    private final DomainSockets sockets;
    private final EventLoopGroup loops;
    private final EventLoop loop;

    UnixConnectorTest(SocketTransport transport) {
        sockets = transport.domainSockets();
        loops = transport.newEventLoops(1, new DefaultThreadFactory("test"));
        loop = loops.next();
    }

    @AfterEach
    void close() {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private Path file() {
        return directory.resolve("socket");
    }

    private Future<Channel> connect(@Nullable Duration timeout) {
        UnixPath target = new UnixPath(file().toString());
        Connector connector = new Connector(
                List.of(Target.of(target, sockets.address(target.path()), sockets::newSocket)),
                ConnectPolicy.once(timeout));
        return connector.connect(loop, () -> {});
    }

    private void assertFails(Future<Channel> connection, String reason) throws InterruptedException {
        assertThat(connection.await().cause())
                .isInstanceOf(ConnectFailedException.class)
                .hasMessage("can't connect to unix:" + file() + ": " + reason);
    }

    @Test
    void saysThatThereIsNoSuchFile() throws Exception {
        assertFails(connect(null), "no such file or directory");
    }

    @Test
    void saysThatNobodyListens() throws Exception {
        Files.createFile(file());
        assertFails(connect(null), "connection refused");
    }

    @Test
    void waitsWhileTheQueueIsFull() throws Exception {
        List<SocketChannel> queued = new ArrayList<>();
        try (ServerSocketChannel target = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            fill(target, queued);
            Future<Channel> connection = connect(null);
            CountDownLatch refused = new CountDownLatch(1);
            loop.schedule(refused::countDown, 20, TimeUnit.MILLISECONDS);
            refused.await();
            assertThat(connection.isDone()).isFalse();
            target.accept().close();
            assertThat(connection.await().getNow().isActive()).isTrue();
        } finally {
            for (SocketChannel each : queued) {
                each.close();
            }
        }
    }

    @Test
    void waitsForAFullQueueNoLongerThanTheTimeOut() throws Exception {
        List<SocketChannel> queued = new ArrayList<>();
        try (ServerSocketChannel target = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            fill(target, queued);
            assertFails(connect(Duration.ofMillis(50)), "no connection within 0.05 s");
        } finally {
            for (SocketChannel each : queued) {
                each.close();
            }
        }
    }

    private void fill(ServerSocketChannel target, List<SocketChannel> queued) throws IOException {
        target.bind(UnixDomainSocketAddress.of(file()), 1);
        try {
            while (true) {
                SocketChannel next = SocketChannel.open(StandardProtocolFamily.UNIX);
                queued.add(next);
                next.configureBlocking(false);
                next.connect(UnixDomainSocketAddress.of(file()));
            }
        } catch (IOException e) {
            assertThat(e).hasMessage("Resource temporarily unavailable");
        }
    }
}
