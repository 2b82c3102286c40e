package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.Future;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.internal.connect.ConnectFailedException;
import io.saltunnel.netty.internal.connect.ConnectPolicy;
import io.saltunnel.netty.internal.connect.Connector;
import io.saltunnel.netty.internal.connect.Target;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Goal: a socket connected to itself counts as refused. TCP makes such a connection if the system chooses the target's
 * port for the connecting end while nothing listens there.
 */
@Timeout(30)
class SelfConnectTest {
    @ParameterizedTest
    @CsvSource({"EPOLL, 127.0.0.1", "NIO, 127.0.0.1", "IO_URING, 127.0.0.1", "EPOLL, ::1", "NIO, ::1", "IO_URING, ::1"})
    void countsAsRefused(Transport transport, String host) throws Exception {
        int port = freePort(host);
        MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, transport.ioHandlerFactory());
        Target target = Target.of(new HostAndPort(host, port), () -> boundToItsTarget(transport));
        try (Connector connector = new Connector(List.of(target), ConnectPolicy.once(null))) {
            Future<Channel> connection =
                    connector.connect(loops.next(), () -> {}).await();

            assertThat(connection.cause())
                    .isInstanceOf(ConnectFailedException.class)
                    .hasMessageEndingWith("connection refused (it met itself: nothing listens on that port)");
            Await.until("the port to be free for the target", () -> isFree(host, port));
        } finally {
            loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    private static Channel boundToItsTarget(Transport transport) {
        Channel socket = transport.sockets().newSocket();
        socket.pipeline().addLast(new ChannelOutboundHandlerAdapter() {
            @Override
            public void connect(
                    ChannelHandlerContext ctx, SocketAddress to, SocketAddress from, ChannelPromise promise) {
                ctx.connect(to, to, promise);
            }
        });
        return socket;
    }

    private static boolean isFree(String host, int port) {
        try {
            new ServerSocket(port, 1, InetAddress.getByName(host)).close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort(String host) throws IOException {
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getByName(host))) {
            return gone.getLocalPort();
        }
    }
}
