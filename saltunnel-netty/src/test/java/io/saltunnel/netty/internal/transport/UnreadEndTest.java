package io.saltunnel.netty.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.saltunnel.netty.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A TCP connection that both ends have finished in order is no failure, though the peer's data and FIN lie unread in
 * the system: a slow reader will still get them.
 */
@Timeout(60)
@ParameterizedClass
@EnumSource(
        value = Transport.class,
        names = {"EPOLL", "NIO", "IO_URING"})
class UnreadEndTest {
    private final Transport transport;

    private EventLoopGroup loops;
    private DuplexChannel connection;
    private Socket peer;

    UnreadEndTest(Transport transport) {
        this.transport = transport;
    }

    @BeforeEach
    void connect() throws IOException {
        SocketTransport sockets = SocketTransport.valueOf(transport.name());
        loops = transport.newEventLoops(1, new DefaultThreadFactory("test"));
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Channel channel = new Bootstrap()
                    .group(loops)
                    .channelFactory(sockets::newSocket)
                    .option(ChannelOption.AUTO_READ, false)
                    .handler(new ChannelInboundHandlerAdapter())
                    .connect(listener.getLocalSocketAddress())
                    .syncUninterruptibly()
                    .channel();
            SocketOptions.allowHalfClosure(channel);
            connection = (DuplexChannel) channel;
            peer = listener.accept();
        }
    }

    @AfterEach
    void close() throws IOException {
        peer.close();
        connection.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void ofAConnectionWhoseOutputHasEndedIsNoFailure() throws Exception {
        connection.shutdownOutput().syncUninterruptibly();
        assertThat(peer.getInputStream().read()).isEqualTo(-1);
        peer.getOutputStream().write(new byte[1000]);
        peer.shutdownOutput();
        assertThat(isPending()).isFalse();
    }

    @Test
    void ofAConnectionThatStillSendsIsNoFailure() throws Exception {
        peer.getOutputStream().write(new byte[1000]);
        peer.shutdownOutput();
        assertThat(isPending()).isFalse();
    }

    private boolean isPending() throws Exception {
        return loops.next().submit(() -> SocketErrors.isPending(connection)).get();
    }
}
