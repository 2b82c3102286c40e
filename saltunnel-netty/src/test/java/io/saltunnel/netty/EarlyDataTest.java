package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.TunnelConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: before the server answers, a client has read the data that an application sends at once, so that data and
 * message0 leave together; and no more than one read of it.
 */
class EarlyDataTest {
    private static final String HELLO = "hello";

    /** Reports the first two reads on the plain side. */
    private static final class FirstRead implements PipelineStage {
        final CompletableFuture<String> text = new CompletableFuture<>();
        final CompletableFuture<String> second = new CompletableFuture<>();

        @Override
        public List<ChannelHandler> handlersAt(Place place, TunnelConnection connection) {
            if (place != Place.PLAIN_SOCKET) {
                return List.of();
            }
            return List.of(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext ctx, Object msg) {
                    String read = ((ByteBuf) msg).toString(StandardCharsets.US_ASCII);
                    if (!text.complete(read)) {
                        second.complete(read);
                    }
                    ctx.fireChannelRead(msg);
                }
            });
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"EPOLL", "NIO", "IO_URING"})
    void isReadOnceWhileTheServerIsSilent(Transport transport) throws Exception {
        FirstRead firstRead = new FirstRead();
        try (SecretMemory memory = SecretMemory.create();
                LongTermKey key = LongTermKey.random(RandomSource.system(), memory);
                ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Tunnel client = Tunnel.client(key)
                        .transport(transport)
                        .listen(HostAndPort.parse("127.0.0.1:0"))
                        .server(new HostAndPort("127.0.0.1", silent.getLocalPort()))
                        .stage(firstRead)
                        .start()
                        .join();
                Socket application = new Socket(InetAddress.getLoopbackAddress(), client.boundPort());
                Socket server = silent.accept()) {
            assertThat(server.getInputStream().readNBytes(512)).hasSize(512); // clienthi
            application.getOutputStream().write(HELLO.getBytes(StandardCharsets.US_ASCII));
            assertThat(firstRead.text.get(10, TimeUnit.SECONDS)).isEqualTo(HELLO);
            application.getOutputStream().write(HELLO.getBytes(StandardCharsets.US_ASCII));
            // Only while the server is connected: a failing connection may read its remaining data before it is closed.
            assertThatExceptionOfType(TimeoutException.class)
                    .isThrownBy(() -> firstRead.second.get(200, TimeUnit.MILLISECONDS));
        }
    }
}
