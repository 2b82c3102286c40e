package io.saltunnel.netty.internal.handshake;

import static io.saltunnel.netty.internal.admission.ReadBudget.BURST_BYTES;
import static io.saltunnel.netty.internal.admission.ReadBudget.BYTES_PER_SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.saltunnel.netty.internal.admission.ReadBudget;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Goal: however many strangers send without end, a server reads no more of them than its budget allows. */
class StrangerDrainTest {
    private static final int READ = 8192;
    private static final long TICK_MILLIS = 5;

    /** The peer has always more data: each read gets some. */
    private static final class Flood extends ChannelOutboundHandlerAdapter {
        private final int size;
        private long delivered;
        private int reads;
        private boolean over;

        Flood(int size) {
            this.size = size;
        }

        @Override
        public void read(ChannelHandlerContext ctx) {
            reads++;
            ctx.executor().execute(() -> {
                if (!over) {
                    delivered += size;
                    ctx.fireChannelRead(Unpooled.directBuffer(size).writeZero(size));
                    ctx.fireChannelReadComplete();
                }
            });
        }
    }

    /** The refusing handler, and what it is told. It asks for more whenever it can. */
    private static final class Refusing extends ChannelInboundHandlerAdapter {
        private final List<Object> told = new ArrayList<>();

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            told.add("data");
            ctx.fireChannelRead(msg);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.read();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            told.add(event);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            told.add(cause);
        }
    }

    private long now;
    private final ReadBudget budget = new ReadBudget(() -> now);
    private final List<EmbeddedChannel> channels = new ArrayList<>();
    private final Refusing refusing = new Refusing();

    private Flood stranger(int size) {
        Flood flood = new Flood(size);
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.freezeTime();
        channel.pipeline().addLast(flood, new StrangerDrain(budget), channels.isEmpty() ? refusing : new Refusing());
        channels.add(channel);
        return flood;
    }

    private void pass(long millis) {
        for (long passed = 0; passed < millis; passed += TICK_MILLIS) {
            now += TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);
            for (EmbeddedChannel channel : channels) {
                channel.advanceTimeBy(TICK_MILLIS, TimeUnit.MILLISECONDS);
                channel.runScheduledPendingTasks();
                channel.runPendingTasks();
            }
        }
    }

    @AfterEach
    void close() {
        channels.forEach(EmbeddedChannel::finishAndReleaseAll);
    }

    @Test
    void allTogetherGetThroughWhatTheBudgetAllows() {
        List<Flood> strangers = Stream.generate(() -> stranger(READ)).limit(100).toList();
        pass(10_000);
        long delivered = strangers.stream().mapToLong(each -> each.delivered).sum();
        assertThat(delivered)
                .isBetween(9L * BYTES_PER_SECOND, 10L * BYTES_PER_SECOND + BURST_BYTES + strangers.size() * READ);
        assertThat(strangers.stream().mapToLong(each -> each.delivered).min().orElseThrow())
                .as("each has its turn")
                .isGreaterThan(delivered / 200);
        assertThat(refusing.told).isEmpty();
    }

    @Test
    void singleBytesCostReadsAsWell() {
        Flood stranger = stranger(1);
        pass(10_000);
        assertThat(stranger.reads)
                .isBetween(
                        2_000,
                        10 * BYTES_PER_SECOND / ReadBudget.LEAST_CHARGE + BURST_BYTES / ReadBudget.LEAST_CHARGE + 2);
    }

    @Test
    void theHandlerBehindLearnsOfTheEndAndOfAResetAlone() {
        Flood stranger = stranger(READ);
        EmbeddedChannel channel = channels.get(0);
        pass(1_000);
        stranger.over = true;
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        int reads = stranger.reads;
        pass(1_000);
        assertThat(stranger.reads).as("reads after the end").isEqualTo(reads);
        IOException reset = new IOException("Connection reset by peer");
        channel.pipeline().fireExceptionCaught(reset);
        assertThat(refusing.told).containsExactly(ChannelInputShutdownEvent.INSTANCE, reset);
    }

    /** An embedder's channel may have it on; the transport would then read on by itself. */
    @Test
    void autoReadIsTurnedOff() {
        EmbeddedChannel channel = new EmbeddedChannel();
        channels.add(channel);
        assertThat(channel.config().isAutoRead()).isTrue();
        channel.pipeline().addLast(new StrangerDrain(budget));
        assertThat(channel.config().isAutoRead()).isFalse();
    }
}
