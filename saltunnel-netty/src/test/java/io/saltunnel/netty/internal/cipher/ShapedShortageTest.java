package io.saltunnel.netty.internal.cipher;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.saltunnel.core.session.KeyChanges;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.netty.memory.BufferLimitException;
import io.saltunnel.netty.memory.BufferUse;
import io.saltunnel.netty.memory.LockedBufferAllocator;
import io.saltunnel.netty.stage.EndOfStream;
import io.saltunnel.netty.stage.TrafficShape;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Without a buffer to seal into, a burst is completed later, and a pace leaves out the same frames, whether data waits
 * or not. Everything written arrives in any case.
 */
class ShapedShortageTest {
    private static final int RUN_BYTES = 65_536;

    /** The frames of a tick: a run, which takes a buffer of {@link #RUN_BYTES}. */
    private static final int TICK = 128;

    private final LockedBufferAllocator buffers = new LockedBufferAllocator(16 * RUN_BYTES);
    private final Deque<ByteBuf> taken = new ArrayDeque<>();
    private final ShapedPair bursts = pair(TrafficShape.bursts());
    private final ShapedPair paced = pair(paced(TICK));

    private static TrafficShape paced(int framesPerTick) {
        return TrafficShape.paced((long) framesPerTick * Frame.SIZE * PaceClock.TICKS_PER_SECOND);
    }

    private ShapedPair pair(TrafficShape shape) {
        ShapedPair pair = new ShapedPair(shape);
        pair.sender.config().setAllocator(buffers);
        return pair;
    }

    @AfterEach
    void nothingIsLeft() {
        bursts.close();
        paced.close();
        taken.forEach(ByteBuf::release);
        assertThat(buffers.buffersInUse()).isZero();
        buffers.close();
    }

    // ---- bursts

    /** 300 frames, in runs of 128, each of which takes one buffer. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aBurstIsCompletedWhenThereAreBuffers(int buffersLeft) {
        byte[] all = random(300 * Frame.MAX_DATA);
        takeAllBut(buffersLeft);
        ChannelFuture written =
                bursts.sender.writeAndFlush(Unpooled.directBuffer().writeBytes(all));
        assertThat(written.isDone()).isFalse();
        int frames = 0;
        for (int pauses = 0; pauses < 20; pauses++) {
            frames += bursts.pass(Sealing.MEMORY_PAUSE); // a buffer that has left is free again
        }
        giveBackAll();
        frames += bursts.pass(Sealing.MEMORY_PAUSE);
        assertThat(frames).isEqualTo(384);
        assertThat(written.isSuccess()).isTrue();
        assertThat(bursts.received()).isEqualTo(all);
        assertThat(bursts.pass(Sealing.MEMORY_PAUSE)).isZero();
    }

    @Test
    void dataOfTheMeantimeIsPartOfTheBurst() {
        takeAllBut(0);
        bursts.sender.writeAndFlush(bytes(3 * Frame.MAX_DATA));
        bursts.sender.writeAndFlush(bytes(2 * Frame.MAX_DATA));
        assertThat(bursts.pass(Sealing.MEMORY_PAUSE)).isZero();
        giveBackAll();
        assertThat(bursts.pass(Sealing.MEMORY_PAUSE)).isEqualTo(8);
        bursts.sender.writeAndFlush(bytes(3 * Frame.MAX_DATA));
        assertThat(bursts.deliver()).as("the next burst").isEqualTo(4);
        assertThat(bursts.received()).hasSize(8 * Frame.MAX_DATA);
    }

    @Test
    void theEndOfABurstWaitsForABuffer() {
        takeAllBut(0);
        bursts.sender.write(bytes(1000));
        ChannelFuture end = bursts.sender.writeAndFlush(EndOfStream.INSTANCE);
        assertThat(bursts.pass(Sealing.MEMORY_PAUSE)).isZero();
        giveBackAll();
        assertThat(bursts.pass(Sealing.MEMORY_PAUSE)).isEqualTo(4);
        assertThat(bursts.hasEnded() && bursts.hasFin() && end.isSuccess()).isTrue();
    }

    @Test
    void aQuietBurstyConnectionChangesItsKeyWhenThereIsABuffer() {
        bursts.sender.writeAndFlush(bytes(1000));
        assertThat(bursts.deliver()).isEqualTo(4);
        takeAllBut(0);
        assertThat(bursts.pass(KeyChanges.LATEST)).isZero();
        giveBackAll();
        assertThat(bursts.pass(Sealing.MEMORY_PAUSE)).isEqualTo(1);
    }

    // ---- a pace

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aTickWithoutBuffersIsLeftOut(boolean data) {
        byte[] all = random(data ? 12 * Frame.MAX_DATA : 0);
        takeAllBut(0);
        ChannelFuture written =
                paced.sender.writeAndFlush(Unpooled.directBuffer(1).writeBytes(all));
        assertThat(paced.ticks(3)).containsExactly(0, 0, 0);
        assertThat(paced.sender.isOpen()).isTrue();
        giveBackAll();
        assertThat(paced.ticks(7)).as("and isn't made up for").containsOnly(TICK);
        assertThat(written.isSuccess()).isTrue();
        assertThat(paced.received()).isEqualTo(all);
    }

    /** A tick takes as many buffers without data as with data. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneBufferIsNotEnoughWithDataOrWithout(boolean data) {
        takeAllBut(1);
        if (data) {
            paced.sender.write(bytes(100));
            paced.sender.writeAndFlush(bytes(1000));
        }
        assertThat(paced.ticks(3)).containsExactly(0, 0, 0);
        taken.pop().release();
        assertThat(paced.ticks(3)).containsExactly(TICK, TICK, TICK);
        assertThat(paced.received()).hasSize(data ? 1100 : 0);
    }

    /** The first run of each tick leaves, with data or without. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theRestOfATickIsLeftOut(boolean data) {
        try (ShapedPair fast = pair(paced(300))) {
            byte[] all = random(data ? 600 * Frame.MAX_DATA : 0);
            fast.sender.writeAndFlush(Unpooled.directBuffer(1).writeBytes(all));
            takeAllBut(2);
            assertThat(fast.ticks(1)).containsExactly(128);
            giveBackAll();
            assertThat(fast.ticks(2)).containsExactly(300, 300);
            assertThat(fast.received()).isEqualTo(all);
        }
    }

    @Test
    void thePacedEndWaitsForABuffer() {
        ChannelFuture end = paced.sender.writeAndFlush(EndOfStream.INSTANCE);
        assertThat(paced.ticks(100)).as("the second is full").containsOnly(TICK);
        takeAllBut(0);
        assertThat(paced.ticks(5)).containsOnly(0);
        assertThat(end.isDone() || paced.hasEnded()).isFalse();
        giveBackAll();
        assertThat(paced.ticks(1)).containsExactly(1);
        assertThat(end.isSuccess() && paced.hasEnded() && paced.hasFin()).isTrue();
        assertThat(paced.ticks(10)).containsOnly(0);
    }

    @Test
    void aBlockedPacedConnectionChangesItsKeyWhenThereIsABuffer() {
        HoldingSocket socket = new HoldingSocket();
        paced.sender.pipeline().addFirst(socket);
        paced.ticks(1);
        assertThat(socket.frames()).isEqualTo(TICK);
        takeAllBut(0);
        paced.pass(KeyChanges.LATEST);
        paced.ticks(5);
        assertThat(socket.frames()).isEqualTo(TICK);
        assertThat(paced.sender.isOpen()).isTrue();
        giveBackAll();
        paced.ticks(5);
        assertThat(socket.frames()).as("the change, once").isEqualTo(TICK + 1);
    }

    private void takeAllBut(int left) {
        try {
            while (true) {
                taken.push(buffers.directBuffer(RUN_BYTES, BufferUse.SEALING));
            }
        } catch (BufferLimitException e) {
            assertThat(taken).hasSizeGreaterThan(4);
        }
        for (int i = 0; i < left; i++) {
            taken.pop().release();
        }
    }

    private void giveBackAll() {
        taken.forEach(ByteBuf::release);
        taken.clear();
    }

    private static ByteBuf bytes(int length) {
        return Unpooled.directBuffer(length).writeZero(length);
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
