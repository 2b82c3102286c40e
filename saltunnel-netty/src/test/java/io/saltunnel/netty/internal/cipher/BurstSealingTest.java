package io.saltunnel.netty.internal.cipher;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.saltunnel.core.session.KeyChanges;
import io.saltunnel.netty.stage.EndOfStream;
import io.saltunnel.netty.stage.TrafficShape;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Goal: only a few sizes of bursts are on the wire, and a single frame leaves at few moments. */
class BurstSealingTest {
    private static final Duration HALF_GRID = BurstSealing.GRID.dividedBy(2);

    private final ShapedPair pair = new ShapedPair(TrafficShape.bursts());

    @AfterEach
    void nothingIsLeft() {
        pair.close();
    }

    @ParameterizedTest
    @CsvSource({"0,0", "1,1", "2,2", "3,4", "4,4", "5,8", "64,64", "65,128", "128,128", "129,256", "256,256", "257,384"
    })
    void theLadder(int frames, int rounded) {
        assertThat(BurstSealing.rounded(frames)).isEqualTo(rounded);
    }

    @ParameterizedTest
    @CsvSource({"495,2", "988,2", "989,4", "2000,8", "63232,128", "63233,256", "130000,384"})
    void aFlushIsPadded(int length, int frames) {
        ChannelFuture written = pair.sender.writeAndFlush(bytes(length));
        assertThat(pair.deliver()).isEqualTo(frames);
        assertThat(written.isSuccess()).isTrue();
        assertThat(pair.received()).hasSize(length);
        assertThat(pair.pass(BurstSealing.GRID)).isZero();
    }

    @Test
    void manyWritesAreOneBurst() {
        for (int i = 0; i < 10; i++) {
            pair.sender.write(bytes(100));
        }
        pair.sender.flush();
        assertThat(pair.deliver()).isEqualTo(4);
        assertThat(pair.received()).hasSize(1000);
    }

    @Test
    void whatFitsIntoAFrameWaitsForTheGrid() {
        pair.pass(BurstSealing.GRID.minusNanos(
                Math.floorMod(pair.sender.eventLoop().ticker().nanoTime(), BurstSealing.GRID.toNanos())));
        pair.pass(HALF_GRID);
        pair.sender.writeAndFlush(bytes(100));
        assertThat(pair.deliver()).isZero();
        assertThat(pair.pass(HALF_GRID.minusNanos(1))).isZero();
        pair.sender.writeAndFlush(bytes(100));
        assertThat(pair.pass(Duration.ofNanos(1))).as("both in one frame").isEqualTo(1);
        assertThat(pair.received()).hasSize(200);
        assertThat(pair.pass(BurstSealing.GRID)).isZero();
    }

    @Test
    void whatWaitsLeavesWithALargerFlush() {
        pair.sender.writeAndFlush(bytes(100));
        pair.sender.writeAndFlush(bytes(400));
        assertThat(pair.deliver()).isEqualTo(2);
        assertThat(pair.received()).hasSize(500);
        assertThat(pair.pass(BurstSealing.GRID)).isZero();
    }

    @Test
    void theEndIsPartOfItsBurst() {
        pair.sender.write(bytes(1000)); // three frames, and the end
        pair.sender.writeAndFlush(EndOfStream.INSTANCE);
        assertThat(pair.deliver()).isEqualTo(4);
        assertThat(pair.hasEnded() && pair.hasFin()).isTrue();
        assertThat(pair.received()).hasSize(1000);
    }

    @Test
    void theEndAloneWaitsForTheGrid() {
        pair.sender.writeAndFlush(EndOfStream.INSTANCE);
        assertThat(pair.deliver()).isZero();
        assertThat(pair.pass(BurstSealing.GRID)).isEqualTo(1);
        assertThat(pair.hasEnded() && pair.hasFin()).isTrue();
    }

    @Test
    void aFlushOfNothingSendsNothing() {
        pair.sender.flush();
        ChannelFuture empty = pair.sender.writeAndFlush(Unpooled.EMPTY_BUFFER);
        assertThat(empty.isSuccess()).isTrue();
        assertThat(pair.pass(BurstSealing.GRID)).isZero();
    }

    @Test
    void aQuietConnectionChangesItsKey() {
        pair.sender.writeAndFlush(bytes(1000));
        pair.deliver();
        assertThat(pair.pass(KeyChanges.LATEST)).isEqualTo(1);
    }

    @Test
    void closingSendsWhatWaitsForTheGrid() {
        pair.sender.writeAndFlush(bytes(10));
        ChannelFuture closed = pair.sender.pipeline().close();
        pair.pass(BurstSealing.GRID);
        assertThat(pair.received()).hasSize(10);
        assertThat(closed.isSuccess()).isTrue();
    }

    private static ByteBuf bytes(int length) {
        return Unpooled.directBuffer(length).writeZero(length);
    }
}
