package io.saltunnel.netty.internal.cipher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import io.saltunnel.core.session.KeyChanges;
import io.saltunnel.netty.stage.EndOfStream;
import io.saltunnel.netty.stage.TrafficShape;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Goal: what a paced sender puts on the wire depends on the clock alone, and everything written arrives. */
class PacedSealingTest {
    private static final long RATE = 64_000; // 125 frames a second: one or two a tick
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ShapedPair pair = new ShapedPair(TrafficShape.paced(RATE));

    @AfterEach
    void nothingIsLeft() {
        pair.close();
    }

    @Test
    void framesDependOnTheClockAlone() {
        List<Integer> idle = pair.ticks(300);
        assertThat(idle).containsOnly(1, 2).startsWith(1, 1, 1, 2);
        assertThat(sum(idle)).isEqualTo(375);
        try (ShapedPair typing = new ShapedPair(TrafficShape.paced(RATE));
                ShapedPair download = new ShapedPair(TrafficShape.paced(RATE))) {
            List<Integer> typed = new ArrayList<>();
            List<Integer> downloaded = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                if (i % 17 == 0) {
                    typing.sender.writeAndFlush(bytes(1));
                }
                if (download.sender.isWritable()) {
                    download.sender.writeAndFlush(bytes(20_000));
                }
                typed.addAll(typing.ticks(1));
                downloaded.addAll(download.ticks(1));
            }
            assertThat(typed).isEqualTo(idle);
            assertThat(downloaded).isEqualTo(idle);
            assertThat(typing.received()).hasSize(18);
            assertThat(download.received()).as("every frame is full").hasSize(375 * 494);
        }
    }

    @Test
    void nothingLeavesBetweenTicks() {
        ChannelFuture written = pair.sender.writeAndFlush(bytes(10));
        assertThat(pair.deliver()).isZero();
        assertThat(written.isDone()).isFalse();
        assertThat(pair.pass(PaceClock.TICK)).isEqualTo(1);
        assertThat(written.isSuccess()).isTrue();
        assertThat(pair.received()).hasSize(10);
    }

    @Test
    void dataArrivesInOrderWhateverItsPieces() {
        byte[] all = new byte[30_000];
        new Random(1).nextBytes(all);
        int at = 0;
        for (int size : new int[] {1, 0, 493, 12_000, 0, 7, 7, 17_492}) {
            ByteBuf piece = size % 2 == 0 ? Unpooled.directBuffer() : Unpooled.buffer();
            pair.sender.write(piece.writeBytes(all, at, size));
            at += size;
        }
        pair.sender.flush();
        assertThat(sum(pair.ticks(60))).isEqualTo(75);
        assertThat(pair.received()).isEqualTo(all);
    }

    @Test
    void aWriteWithoutDataCompletesBehindTheOthers() {
        ChannelFuture data = pair.sender.write(bytes(494 * 2));
        ChannelFuture empty = pair.sender.writeAndFlush(Unpooled.EMPTY_BUFFER);
        pair.ticks(1);
        assertThat(data.isDone() || empty.isDone()).isFalse();
        pair.ticks(1);
        assertThat(data.isSuccess() && empty.isSuccess()).isTrue();
    }

    @Test
    void aLateTimerSendsTheFramesOfOneTickAtMost() {
        pair.ticks(4);
        assertThat(pair.pass(PaceClock.TICK.multipliedBy(50))).isEqualTo(2);
        assertThat(pair.pass(PaceClock.TICK)).as("back in its time").isEqualTo(1);
        assertThat(sum(pair.ticks(100))).isEqualTo(125);
    }

    @Test
    void aSlowSocketHoldsTheFramesOfOneTick() {
        SlowSocket socket = new SlowSocket();
        pair.sender.pipeline().addFirst(socket);
        pair.sender.writeAndFlush(bytes(40_000));
        assertThat(sum(pair.ticks(200))).isZero();
        assertThat(socket.frames()).isEqualTo(1);
        socket.accept(pair);
        assertThat(pair.deliver()).isEqualTo(1);
        assertThat(pair.ticks(4)).as("what was left out isn't made up for").containsExactly(1, 1, 1, 2);
    }

    @Test
    void dataThatWaitsMakesTheChannelUnwritable() {
        int written = 0;
        while (pair.sender.isWritable()) {
            pair.sender.writeAndFlush(bytes(10_000));
            written += 10_000;
        }
        assertThat(written).isLessThanOrEqualTo(pair.sender.config().getWriteBufferHighWaterMark() + 10_000);
        pair.ticks(written * 512 / 494 / 640 + 2);
        assertThat(pair.sender.isWritable()).isTrue();
        assertThat(pair.received()).hasSize(written);
    }

    @Test
    void theEndIsPaddedToTheFullSecond() {
        pair.ticks(30);
        pair.sender.write(bytes(5000));
        ChannelFuture end = pair.sender.writeAndFlush(EndOfStream.INSTANCE);
        assertThat(sum(pair.ticks(70))).as("the second is full").isEqualTo(125 - 37);
        assertThat(pair.received()).hasSize(5000);
        assertThat(pair.hasEnded() || end.isDone()).isFalse();
        assertThat(pair.ticks(1)).containsExactly(1);
        assertThat(pair.hasEnded() && pair.hasFin() && end.isSuccess()).isTrue();
        assertThat(pair.ticks(500)).as("no frame may follow the end").containsOnly(0);
    }

    @Test
    void anEndWaitsForASlowSocketAndNoOtherSecond() {
        pair.ticks(100);
        SlowSocket socket = new SlowSocket();
        pair.sender.pipeline().addFirst(socket);
        pair.sender.writeAndFlush(EndOfStream.INSTANCE);
        pair.ticks(1);
        socket.accept(pair);
        assertThat(sum(pair.ticks(99))).isEqualTo(125); // with the first of them
        SlowSocket later = new SlowSocket();
        pair.sender.pipeline().replace(socket, null, later); // nothing waits yet, so the next frame is sealed
        pair.ticks(1);
        assertThat(pair.hasEnded()).isFalse();
        later.accept(pair);
        pair.deliver();
        assertThat(pair.hasEnded()).isTrue();
    }

    @Test
    void theLowestRateIsAFrameASecond() {
        try (ShapedPair slow = new ShapedPair(TrafficShape.paced(TrafficShape.MIN_BYTES_PER_SECOND))) {
            slow.sender.write(bytes(600));
            slow.sender.writeAndFlush(EndOfStream.INSTANCE);
            assertThat(slow.ticks(400)).containsOnly(0, 1);
            assertThat(slow.received()).hasSize(600);
            assertThat(slow.hasEnded()).isTrue();
        }
    }

    @Test
    void aHighRateLeavesInSeveralRuns() {
        try (ShapedPair fast = new ShapedPair(TrafficShape.paced(20_000_000))) {
            fast.sender.writeAndFlush(bytes(90_000));
            assertThat(fast.ticks(8)).containsExactly(390, 391, 390, 391, 391, 390, 391, 391);
            assertThat(fast.received()).hasSize(90_000);
        }
    }

    @Test
    void theKeyChangesWithinThePace() {
        List<Integer> seconds = new ArrayList<>();
        for (int i = 0; i < KeyChanges.LATEST.toSeconds() * 3; i++) {
            pair.sender.writeAndFlush(bytes(1000));
            seconds.add(sum(pair.ticks(100)));
        }
        assertThat(seconds).containsOnly(125);
        assertThat(pair.received()).hasSize((int) KeyChanges.LATEST.toSeconds() * 3 * 1000);
    }

    /** 65,536 chunks, at 5 MB a second. */
    @Test
    void theKeyChangesByItsNumberOfChunks() {
        try (ShapedPair fast = new ShapedPair(TrafficShape.paced(5_120_000))) {
            assertThat(fast.ticks(700)).containsOnly(100);
        }
    }

    @Test
    void theKeyChangesWhileTheSocketTakesNothing() {
        SlowSocket socket = new SlowSocket();
        pair.sender.pipeline().addFirst(socket);
        pair.ticks(1);
        pair.pass(KeyChanges.LATEST);
        pair.ticks(500);
        assertThat(socket.frames()).as("the one that waits, and the change").isEqualTo(2);
        socket.accept(pair);
        assertThat(sum(pair.ticks(100))).isEqualTo(125 + 2);
    }

    @Test
    void closingSendsWhatWasWrittenBefore() {
        pair.sender.write(bytes(64_000)); // more than a second at this pace
        ChannelFuture closed = pair.sender.pipeline().close();
        pair.ticks(103);
        assertThat(closed.isDone()).isFalse();
        pair.ticks(2);
        assertThat(closed.isSuccess()).isTrue();
        assertThat(pair.received()).hasSize(64_000);
        assertThat(pair.hasEnded()).isFalse();
    }

    @Test
    void closingDoesNotWaitForAPeerThatDoesNotRead() {
        pair.sender.pipeline().addFirst(new SlowSocket());
        pair.sender.write(bytes(64_000));
        ChannelFuture closed = pair.sender.pipeline().close();
        pair.pass(CipherHandler.CLOSE_FLUSH_TIMEOUT.plus(SECOND.multipliedBy(4)));
        assertThat(closed.isDone()).isTrue();
    }

    @Test
    void aClosedChannelSendsNothing() {
        pair.ticks(3);
        pair.sender.pipeline().firstContext().close();
        pair.sender.advanceTimeBy(SECOND.toNanos(), TimeUnit.NANOSECONDS);
        pair.sender.runScheduledPendingTasks();
        assertThat(pair.sender.outboundMessages()).isEmpty();
        assertThat(pair.sender.hasPendingTasks()).isFalse();
    }

    @Test
    void ratesHaveBounds() {
        assertThatIllegalArgumentException().isThrownBy(() -> TrafficShape.paced(511));
        assertThatIllegalArgumentException().isThrownBy(() -> TrafficShape.paced(100_000_001));
    }

    private static ByteBuf bytes(int length) {
        return Unpooled.directBuffer(Math.max(1, length)).writeZero(length);
    }

    private static int sum(List<Integer> numbers) {
        return numbers.stream().mapToInt(number -> number).sum();
    }

    /** Takes frames when it is told to, and everything after that. */
    private static final class SlowSocket extends ChannelOutboundHandlerAdapter {
        private final Deque<Write> held = new ArrayDeque<>();
        private boolean accepts;

        private record Write(Object msg, ChannelPromise promise) {}

        int frames() {
            return held.stream()
                    .mapToInt(write -> write.msg() instanceof ByteBuf run ? run.readableBytes() / 512 : 0)
                    .sum();
        }

        void accept(ShapedPair pair) {
            accepts = true;
            ChannelHandlerContext ctx = pair.sender.pipeline().context(this);
            for (Write next = held.poll(); next != null; next = held.poll()) {
                ctx.writeAndFlush(next.msg(), next.promise());
            }
        }

        @Override
        public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
            if (accepts) {
                ctx.write(msg, promise);
            } else {
                held.add(new Write(msg, promise));
            }
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext ctx) {
            held.forEach(write -> ReferenceCountUtil.release(write.msg()));
        }
    }
}
