package io.saltunnel.netty.internal.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.saltunnel.core.wire.Frame;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Messages of one frame and of several, in runs that end anywhere. */
class MessageFramesTest {
    private static final int MESSAGE_FRAMES = 4;

    private final ByteBufAllocator buffers = UnpooledByteBufAllocator.DEFAULT;
    private final MessageFrames frames = new MessageFrames();

    @Test
    void aMessageThatArrivesInOneRunIsNotCopied() {
        ByteBuf run = numbered(0, MESSAGE_FRAMES + 2);
        ByteBuf message = takeWhole(run, MESSAGE_FRAMES);
        assertThat(message.memoryAddress()).isEqualTo(run.memoryAddress());
        assertHolds(message, 0, MESSAGE_FRAMES);
        assertThat(run.readableBytes()).as("what follows the message").isEqualTo(2 * Frame.SIZE);
        run.release();
    }

    @Test
    void aMessageIsPutTogetherWhereverItsRunsEnd() {
        for (int first = 1; first < MESSAGE_FRAMES; first++) {
            for (int second = 1; first + second < MESSAGE_FRAMES; second++) {
                takePart(numbered(0, first));
                takePart(numbered(first, second));
                ByteBuf last = numbered(first + second, MESSAGE_FRAMES);
                ByteBuf message = takeWhole(last, MESSAGE_FRAMES);
                assertHolds(message, 0, MESSAGE_FRAMES);
                assertHolds(last, MESSAGE_FRAMES, first + second);
            }
        }
    }

    @Test
    void messagesFollowEachOtherInARun() {
        ByteBuf run = numbered(0, 1 + MESSAGE_FRAMES);
        assertHolds(takeWhole(run, 1), 0, 1);
        assertHolds(takeWhole(run, MESSAGE_FRAMES), 1, MESSAGE_FRAMES);
        run.release();
    }

    @Test
    void whatHasArrivedOfAMessageIsReleased() {
        takePart(numbered(0, 2));
        frames.drop();
        frames.drop();
        ByteBuf run = numbered(7, MESSAGE_FRAMES);
        assertHolds(takeWhole(run, MESSAGE_FRAMES), 7, MESSAGE_FRAMES);
        run.release();
    }

    private ByteBuf takeWhole(ByteBuf run, int frameCount) {
        return Objects.requireNonNull(frames.take(run, frameCount, buffers), "the message is not whole");
    }

    private void takePart(ByteBuf run) {
        assertThat(frames.take(run, MESSAGE_FRAMES, buffers)).isNull();
        assertThat(run.isReadable()).isFalse();
        run.release();
    }

    private ByteBuf numbered(int first, int count) {
        ByteBuf run = buffers.directBuffer();
        for (int i = 0; i < count; i++) {
            run.writeBytes(new byte[Frame.SIZE - 1]).writeByte(first + i);
        }
        return run;
    }

    private static void assertHolds(ByteBuf message, int first, int count) {
        assertThat(message.readableBytes()).isEqualTo(count * Frame.SIZE);
        for (int i = 0; i < count; i++) {
            assertThat(message.readSlice(Frame.SIZE).getByte(Frame.SIZE - 1)).isEqualTo((byte) (first + i));
        }
        message.release();
    }
}
