package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.saltunnel.netty.HandlerPair.Wire;
import io.saltunnel.netty.stage.EndOfStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: no frame is lost when another thread cancels writes, and the other end sees a reset where the transport has
 * resets; on each transport of this machine.
 */
@Timeout(60)
class SaltunnelHandlerTransportsTest {
    private static final int WRITES = 5000;

    static Stream<Wire> wires() {
        return Stream.concat(Wire.tcp(), Wire.domain());
    }

    private final AtomicInteger received = new AtomicInteger();
    private final BlockingQueue<String> serverHears = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> clientHears = new LinkedBlockingQueue<>();

    @TempDir
    Path directory;

    @SuppressWarnings("NullAway.Init") // connect() makes it
    private HandlerPair pair;

    private final class Ear extends ChannelInboundHandlerAdapter {
        private final BlockingQueue<String> heard;

        Ear(BlockingQueue<String> heard) {
            this.heard = heard;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            received.addAndGet(((ByteBuf) msg).readableBytes());
            ((ByteBuf) msg).release();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            heard.add("inactive");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            heard.add(String.valueOf(cause.getMessage()));
        }
    }

    private Channel connect(Wire wire) throws InterruptedException {
        pair = new HandlerPair(wire, directory, server -> {}, client -> {}, new Ear(serverHears), new Ear(clientHears));
        return pair.client();
    }

    @AfterEach
    void stop() {
        pair.close();
    }

    @ParameterizedTest
    @MethodSource("wires")
    void cancellingFromAnotherThreadLosesNoFrame(Wire wire) throws Exception {
        Channel client = connect(wire);
        List<ChannelFuture> writes = new ArrayList<>();
        for (int i = 0; i < WRITES; i++) {
            writes.add(client.writeAndFlush(Unpooled.buffer().writeZero(100)));
            writes.get(i / 2).cancel(false);
        }
        client.writeAndFlush(EndOfStream.INSTANCE); // behind all of them
        client.close().sync();
        assertThat(next(serverHears)).isEqualTo("inactive");
        int sent = 0;
        for (ChannelFuture write : writes) {
            assertThat(write.await().isSuccess()).isNotEqualTo(write.isCancelled());
            sent += write.isSuccess() ? 100 : 0;
        }
        assertThat(received.get()).isEqualTo(sent);
    }

    @ParameterizedTest
    @MethodSource("wires")
    void whenTheHandlerIsRemovedTheOtherEndSeesAReset(Wire wire) throws Exception {
        Channel client = connect(wire);
        client.pipeline().remove(HandlerPair.TUNNEL);
        assertThat(client.writeAndFlush(Unpooled.buffer().writeZero(100))
                        .await()
                        .isSuccess())
                .isFalse();
        assertThat(next(clientHears)).contains("tun was removed from an open channel");
        assertThat(next(serverHears)).containsIgnoringCase(wire.hasReset() ? "reset" : "had not ended its stream");
        assertThat(next(serverHears)).isEqualTo("inactive");
        assertThat(received.get()).isZero();
    }

    private static String next(BlockingQueue<String> heard) throws InterruptedException {
        return heard.poll(30, TimeUnit.SECONDS);
    }
}
