package io.saltunnel.netty.internal.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Future;
import io.saltunnel.netty.address.HostAndPort;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ConnectorTest {
    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = loops.next();
    private final Queue<Channel> made = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void givesAConnectedChannelOnItsLoop() throws Exception {
        try (ServerSocket target = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Future<Channel> connection = connect(target.getLocalPort());
            Channel channel = connection.getNow();
            assertThat(made).containsExactly(channel);
            assertThat(channel.eventLoop()).isSameAs(loop);
            assertThat(channel.isActive()).isTrue();
            channel.close().syncUninterruptibly();
        }
    }

    @Test
    void saysThatTheTargetRefuses() throws Exception {
        assertThat(connect(portThatRefuses()).cause())
                .isInstanceOf(ConnectFailedException.class)
                .hasMessageEndingWith("connection refused");
    }

    /** Some transports close it by themselves, others don't. */
    @Test
    void closesTheSocketOfAnAttemptThatFailed() throws Exception {
        try (Connector connector = connector(1, this::newSocketThatFails)) {
            Future<Channel> connection = connector.connect(loop, () -> {}).await();
            assertThat(connection.cause()).isInstanceOf(ConnectFailedException.class);
        }
        assertThat(made).hasSize(1).allMatch(channel -> channel.closeFuture().awaitUninterruptibly(20_000));
    }

    @Test
    void failsWhenNoSocketCanBeMade() throws Exception {
        try (Connector connector = connector(1, ConnectorTest::noFilesLeft)) {
            Future<Channel> connection = connector.connect(loop, () -> {}).await();
            assertThat(connection.cause())
                    .isInstanceOf(ConnectFailedException.class)
                    .hasMessageEndingWith("too many open files");
        }
    }

    private static Channel noFilesLeft() {
        throw new ChannelException("too many open files");
    }

    private Future<Channel> connect(int port) throws InterruptedException {
        try (Connector connector = connector(port, this::newSocket)) {
            return connector.connect(loop, () -> {}).await();
        }
    }

    private Channel newSocket() {
        Channel socket = new NioSocketChannel();
        made.add(socket);
        return socket;
    }

    private Channel newSocketThatFails() {
        Channel socket = newSocket();
        socket.pipeline().addLast(new ChannelOutboundHandlerAdapter() {
            @Override
            public void connect(
                    ChannelHandlerContext context, SocketAddress to, SocketAddress from, ChannelPromise promise) {
                promise.setFailure(new ConnectException("network is unreachable"));
            }
        });
        return socket;
    }

    private static Connector connector(int port, Supplier<Channel> sockets) {
        Target target = Target.of(new HostAndPort("127.0.0.1", port), sockets);
        return new Connector(List.of(target), ConnectPolicy.once(null));
    }

    private static int portThatRefuses() throws IOException {
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return gone.getLocalPort();
        }
    }
}
