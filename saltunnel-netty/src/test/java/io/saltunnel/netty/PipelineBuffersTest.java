package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.memory.LockedBufferAllocator;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * All data at every place of a running tunnel is in locked buffers: hellos, frames and plaintext, in both directions.
 */
@Timeout(60)
class PipelineBuffersTest {
    private static final int BYTES = 3_000_000;

    private final Queue<String> elsewhere = new ConcurrentLinkedQueue<>();
    private final AtomicLong bytesSeen = new AtomicLong();

    @Test
    void everyBufferOfATunnelIsLocked() throws Exception {
        try (SecretMemory memory = SecretMemory.create();
                LongTermKey key = LongTermKey.random(RandomSource.system(), memory);
                ServerSocket target = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Tunnel server = Tunnel.server(key)
                        .listen(HostAndPort.parse("127.0.0.1:0"))
                        .target(new HostAndPort("127.0.0.1", target.getLocalPort()))
                        .stage((place, connection) -> List.of(new Witness("server " + place)))
                        .start()
                        .join();
                Tunnel client = Tunnel.client(key)
                        .listen(HostAndPort.parse("127.0.0.1:0"))
                        .server(server.boundAddress())
                        .stage((place, connection) -> List.of(new Witness("client " + place)))
                        .start()
                        .join();
                Socket application = new Socket(InetAddress.getLoopbackAddress(), client.boundPort())) {
            target.setSoTimeout(10_000);
            Thread writer = new Thread(() -> write(application, new byte[BYTES]));
            writer.start();
            try (Socket socket = target.accept()) {
                assertThat(socket.getInputStream().readNBytes(BYTES)).hasSize(BYTES);
                socket.getOutputStream().write(new byte[] {1, 2, 3});
                assertThat(application.getInputStream().readNBytes(3)).containsExactly(1, 2, 3);
            }
            writer.join();
        }
        assertThat(elsewhere).isEmpty();
        assertThat(bytesSeen.get()).isGreaterThan(6L * BYTES);
    }

    private static void write(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Checks every buffer that passes, in both directions. */
    private final class Witness extends ChannelDuplexHandler {
        private final String place;

        Witness(String place) {
            this.place = place;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            look("inbound", msg);
            ctx.fireChannelRead(msg);
        }

        @Override
        public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
            look("outbound", msg);
            ctx.write(msg, promise);
        }

        private void look(String direction, Object msg) {
            ByteBuf buffer = (ByteBuf) msg;
            bytesSeen.addAndGet(buffer.readableBytes());
            boolean locked = buffer.isDirect() && !buffer.hasArray() && buffer.alloc() instanceof LockedBufferAllocator;
            if (buffer.isReadable() && !locked) {
                elsewhere.add(place + " " + direction + ": " + buffer);
            }
        }
    }
}
