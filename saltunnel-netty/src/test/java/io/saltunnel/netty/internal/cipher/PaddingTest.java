package io.saltunnel.netty.internal.cipher;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.saltunnel.core.crypto.SecretBox;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretBytes;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.core.session.KeyChanges;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.session.SessionKeys;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.netty.internal.abort.HalfClosingChannel;
import io.saltunnel.netty.stage.ClosePolicy;
import io.saltunnel.netty.stage.EndOfStream;
import io.saltunnel.netty.stage.TrafficShape;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Goal: what a connection sends behind its data is zeros, although its buffers come with the content of others. */
class PaddingTest {
    private static final int OLD = 0xa5;
    private static final int DATA = 0x11;
    private static final int HEAD = 2;

    private final SecretMemory memory = SecretMemory.create();
    private final SecretBox box = new SecretBox();
    private final SessionKeys known = keys();
    private final KeyChanges changes = new KeyChanges(this::nanos, RandomSource.system(), memory);
    private final HalfClosingChannel sender = new HalfClosingChannel(
            new CipherHandler(Session.ofClient(keys(), changes), ClosePolicy.ABORT, TrafficShape.asWritten()));
    private long nanos;
    private long number;

    private long nanos() {
        return nanos;
    }

    /** Always the same. */
    private SessionKeys keys() {
        try (SecretBytes shared = memory.allocate(32)) {
            shared.buffer().put(0, (byte) 7);
            return SessionKeys.derive(shared, memory);
        }
    }

    /** Its buffers are full of old content. */
    private static final class DirtyBuffers extends AbstractByteBufAllocator {

        @Override
        protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
            return dirty(Unpooled.directBuffer(initialCapacity, maxCapacity));
        }

        @Override
        protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
            return dirty(Unpooled.buffer(initialCapacity, maxCapacity));
        }

        @Override
        public boolean isDirectBufferPooled() {
            return false;
        }

        private static ByteBuf dirty(ByteBuf buffer) {
            for (int i = 0; i < buffer.capacity(); i++) {
                buffer.setByte(i, OLD);
            }
            return buffer;
        }
    }

    @BeforeEach
    void giveDirtyBuffers() {
        sender.freezeTime();
        sender.config().setAllocator(new DirtyBuffers());
    }

    @AfterEach
    void nothingIsLeft() {
        sender.finishAndReleaseAll();
        known.close();
        assertThat(memory.liveSecrets()).isZero();
        memory.close();
        box.close();
    }

    @Test
    void behindDataAreZeros() {
        for (int length : new int[] {1, 493, 494, 495, 20_000}) {
            sender.writeAndFlush(data(length));
            assertZerosBehind(length);
        }
    }

    @Test
    void behindGatheredDataAreZeros() {
        for (int i = 0; i < 10; i++) {
            sender.write(data(77));
        }
        sender.write(sender.alloc().heapBuffer(9).writeByte(DATA));
        sender.flush();
        assertZerosBehind(771);
    }

    @Test
    void theChunkThatChangesTheKeyIsZeros() {
        sender.writeAndFlush(data(10));
        assertZerosBehind(10);
        nanos += KeyChanges.LATEST.toNanos();
        sender.advanceTimeBy(KeyChanges.LATEST.toNanos(), TimeUnit.NANOSECONDS);
        sender.runScheduledPendingTasks();
        assertZerosBehind(0);
    }

    @Test
    void theEndIsZeros() {
        sender.writeAndFlush(EndOfStream.INSTANCE);
        assertZerosBehind(0);
    }

    @Test
    void behindDataWithTheEndAreZeros() {
        sender.write(data(600));
        sender.writeAndFlush(EndOfStream.INSTANCE);
        assertZerosBehind(600);
    }

    /** In a larger buffer. */
    private ByteBuf data(int length) {
        ByteBuf buffer = sender.alloc().directBuffer(length + 1000);
        for (int i = 0; i < length; i++) {
            buffer.writeByte(DATA);
        }
        return buffer;
    }

    private void assertZerosBehind(int length) {
        int left = length;
        int frames = 0;
        for (Object next = sender.readOutbound(); next != null; next = sender.readOutbound()) {
            if (next instanceof ByteBuf run) {
                while (run.isReadable()) {
                    ByteBuffer frame = ByteBuffer.allocateDirect(Frame.SIZE);
                    run.readBytes(frame);
                    assertThat(box.open8(
                                    known.bytes(), SessionKeys.CLIENT_KEY, number++, frame, 0, Frame.CHUNK_PLAINTEXT))
                            .isTrue();
                    int data = Math.min(left, Frame.MAX_DATA);
                    left -= data;
                    frames++;
                    for (int at = Frame.TAG + HEAD; at < Frame.SIZE; at++) {
                        assertThat(frame.get(at)).isEqualTo((byte) (at < Frame.TAG + HEAD + data ? DATA : 0));
                    }
                }
                run.release();
            }
        }
        assertThat(left).isZero();
        assertThat(frames).isPositive();
    }
}
