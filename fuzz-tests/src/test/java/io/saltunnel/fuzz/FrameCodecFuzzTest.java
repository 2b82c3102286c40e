package io.saltunnel.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.TruncatedFrameException;
import io.saltunnel.netty.internal.codec.FrameCodec;
import io.saltunnel.netty.memory.LockedBufferAllocator;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** The frame codec: for any sizes of the reads, every whole frame passes once and in order, and a rest is reported. */
class FrameCodecFuzzTest {
    /** The longest stream. */
    private static final int MAX_BYTES = 20 * Frame.SIZE;

    private static final LockedBufferAllocator BUFFERS = LockedBufferAllocator.create();

    /** The frames that passed. */
    private static final class Runs extends ChannelInboundHandlerAdapter {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int cutAfter = -1;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ByteBuf run = (ByteBuf) msg;
            assertThat(run.readableBytes() % Frame.SIZE).isZero();
            assertThat(run.isReadable()).isTrue();
            byte[] copy = new byte[run.readableBytes()];
            run.readBytes(copy).release();
            bytes.writeBytes(copy);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            assertThat(cause).isInstanceOf(TruncatedFrameException.class);
            cutAfter = bytes.size();
        }
    }

    /**
     * Cuts a stream.
     *
     * @param sizes of the reads, two bytes each
     */
    @FuzzTest(maxDuration = "")
    void cutsAnyStreamIntoWholeFrames(byte[] sizes) {
        Runs runs = new Runs();
        int total = 0;
        EmbeddedChannel channel = new EmbeddedChannel(new FrameCodec(), runs);
        channel.config().setAllocator(BUFFERS);
        ByteBuffer reads = ByteBuffer.wrap(sizes);
        while (reads.remaining() >= Short.BYTES && total < MAX_BYTES) {
            int size = Short.toUnsignedInt(reads.getShort()) % MAX_BYTES;
            ByteBuf read = BUFFERS.directBuffer(Math.max(1, size));
            for (int i = 0; i < size; i++) {
                read.writeByte(at(total++));
            }
            channel.writeInbound(read);
        }
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        channel.finishAndReleaseAll();
        assertThat(BUFFERS.buffersInUse()).isZero();
        int whole = total / Frame.SIZE * Frame.SIZE;
        byte[] passed = runs.bytes.toByteArray();
        assertThat(passed).hasSize(whole);
        for (int i = 0; i < whole; i++) {
            if (passed[i] != at(i)) {
                throw new AssertionError("byte " + i + " isn't what was sent");
            }
        }
        assertThat(runs.cutAfter).isEqualTo(whole == total ? -1 : whole);
    }

    /** Differs from frame to frame. */
    private static byte at(int position) {
        return (byte) (position * 31 + (position >>> 8));
    }
}
