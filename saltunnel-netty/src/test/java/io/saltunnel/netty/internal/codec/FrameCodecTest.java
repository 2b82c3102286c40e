package io.saltunnel.netty.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipelineException;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.TruncatedFrameException;
import io.saltunnel.netty.internal.abort.HalfClosingChannel;
import io.saltunnel.netty.memory.LockedBufferAllocator;
import io.saltunnel.netty.stage.EndOfStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameCodecTest {
    private final ReadCounter reads = new ReadCounter();
    private final EmbeddedChannel channel = new EmbeddedChannel(reads, new FrameCodec());

    private static final class ReadCounter extends ChannelOutboundHandlerAdapter {
        private int count;

        @Override
        public void read(ChannelHandlerContext ctx) {
            count++;
            ctx.read();
        }
    }

    @AfterEach
    void nothingIsLeft() {
        channel.finishAndReleaseAll();
    }

    @Test
    void passesWholeFramesOnAsTheBufferTheyCameIn() {
        ByteBuf frames = numbered(0, 3 * Frame.SIZE);
        channel.writeInbound(frames);
        assertThat((ByteBuf) channel.readInbound()).isSameAs(frames);
        frames.release();
    }

    @Test
    void putsAFrameTogetherFromItsPieces() {
        for (int split = 1; split < Frame.SIZE; split++) {
            channel.writeInbound(numbered(0, split));
            assertThat(channel.inboundMessages()).isEmpty();
            channel.writeInbound(numbered(split, Frame.SIZE - split));
            assertNumbered(0, Frame.SIZE);
        }
    }

    @Test
    void anEndOfStreamBecomesFinBehindTheFramesThatAHandlerBeforeItHolds() {
        List<Runnable> held = new ArrayList<>();
        HalfClosingChannel socket = new HalfClosingChannel(
                new ChannelOutboundHandlerAdapter() {
                    @Override
                    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
                        held.add(() -> ctx.writeAndFlush(msg, promise));
                    }
                },
                new FrameCodec());
        ChannelHandlerContext cipher = socket.pipeline().lastContext();
        cipher.write(numbered(0, Frame.SIZE), new FrameWrite(socket, List.of(), cause -> {}));
        ChannelFuture ended = socket.writeAndFlush(EndOfStream.INSTANCE);
        assertThat(ended.isDone() || socket.isOutputShutdown()).isFalse();
        held.forEach(Runnable::run);
        assertThat(ended.isSuccess()).isTrue();
        ByteBuf frame = socket.readOutbound();
        assertThat(frame.readableBytes()).isEqualTo(Frame.SIZE);
        frame.release();
        assertThat(socket.<Object>readOutbound())
                .as("the write that FIN followed")
                .isInstanceOf(ByteBuf.class);
        assertThat(socket.<Object>readOutbound()).isEqualTo(HalfClosingChannel.FIN);
    }

    @Test
    void anEndOfStreamFailsWhereOneDirectionCanNotEndAlone() {
        assertThat(channel.writeAndFlush(EndOfStream.INSTANCE).cause())
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("EmbeddedChannel can't end one direction alone; close it instead");
    }

    @Test
    void neverCopiesTheRunBesideAPartialFrame() {
        channel.writeInbound(numbered(0, 100));
        ByteBuf rest = numbered(100, 3 * Frame.SIZE);
        channel.writeInbound(rest);
        assertNumbered(0, Frame.SIZE);
        ByteBuf run = channel.readInbound();
        assertThat(run).isSameAs(rest);
        assertThat(run.readableBytes()).isEqualTo(2 * Frame.SIZE);
        run.release();
        channel.writeInbound(numbered(100 + 3 * Frame.SIZE, Frame.SIZE - 100));
        assertNumbered(3 * Frame.SIZE, Frame.SIZE);
    }

    @Test
    void piecesOfAFrameTakeNoLockedMemoryAndAWholeOneLiesInIt() {
        try (LockedBufferAllocator locked = new LockedBufferAllocator(1 << 20)) {
            channel.config().setAllocator(locked);
            channel.writeInbound(numbered(0, 300));
            channel.writeInbound(numbered(300, 211));
            assertThat(locked.buffersInUse()).isZero();
            assertThat(locked.mappedBytes()).isZero();
            channel.writeInbound(numbered(511, 1));
            ByteBuf frame = channel.readInbound();
            assertThat(frame.alloc()).isSameAs(locked);
            assertThat(frame.hasArray()).isFalse();
            assertThat(locked.buffersInUse()).isOne();
            frame.release();
        }
    }

    @Test
    void readsOnWhileNoFrameIsWhole() {
        channel.config().setAutoRead(false);
        channel.read();
        int asked = reads.count;
        channel.writeInbound(numbered(0, 511));
        assertThat(reads.count).isEqualTo(asked + 1);
        channel.writeInbound(numbered(511, 1));
        assertThat(reads.count).isEqualTo(asked + 1);
        assertNumbered(0, Frame.SIZE);
    }

    @Test
    void tellsHowMuchOfAFrameCame() {
        channel.writeInbound(numbered(0, Frame.SIZE + 7));
        assertNumbered(0, Frame.SIZE);
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        assertThatThrownBy(channel::checkException)
                .isInstanceOf(TruncatedFrameException.class)
                .hasMessageContaining("7");
        channel.close();
        channel.checkException(); // it was reported once
    }

    @Test
    void anEndBetweenFramesIsNoFault() {
        channel.writeInbound(numbered(0, Frame.SIZE));
        assertNumbered(0, Frame.SIZE);
        channel.close();
        channel.checkException();
    }

    @Test
    void dropsWhatItKeptWhenItLeaves() {
        ByteBuf kept = channel.alloc().directBuffer().writeZero(10);
        channel.writeInbound(kept);
        channel.pipeline().remove(FrameCodec.class);
        assertThat(kept.refCnt()).isZero();
        assertThat(channel.isOpen())
                .as("without it, data would leave in the clear")
                .isFalse();
        assertThatThrownBy(channel::checkException).isInstanceOf(ChannelPipelineException.class);
        channel.close();
        channel.checkException();
    }

    @Test
    void whatTheCipherWritesPassesUntouched() {
        ByteBuf bytes = Unpooled.copiedBuffer(new byte[3]);
        channel.writeAndFlush(bytes, new FrameWrite(channel, List.of(), cause -> {}));
        assertThat((ByteBuf) channel.readOutbound()).isSameAs(bytes);
        bytes.release();
    }

    @Test
    void whatCameAnotherWayFailsAndIsReleased() {
        ByteBuf bytes = Unpooled.copiedBuffer(new byte[3]);
        ChannelFuture write = channel.writeAndFlush(bytes);
        assertThat(write.cause()).isInstanceOf(IllegalStateException.class);
        assertThat(bytes.refCnt()).isZero();
        assertThat(channel.outboundMessages()).isEmpty();
    }

    /** Bytes of a stream in which each place has its own. */
    private static ByteBuf numbered(int from, int length) {
        ByteBuf bytes = Unpooled.directBuffer(length);
        for (int i = from; i < from + length; i++) {
            bytes.writeByte(i * 31 >> 3);
        }
        return bytes;
    }

    private void assertNumbered(int from, int length) {
        ByteBuf expected = numbered(from, length);
        ByteBuf actual = channel.readInbound();
        assertThat(actual).isEqualTo(expected);
        expected.release();
        actual.release();
    }
}
