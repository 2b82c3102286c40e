package io.saltunnel.netty.internal.cipher;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.saltunnel.core.crypto.ChunkCipher;
import io.saltunnel.core.secret.SecretBytes;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.core.session.ChunkException;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.session.SessionKeys;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.TruncatedFrameException;
import io.saltunnel.netty.internal.codec.FrameCodec;
import io.saltunnel.netty.stage.ClosePolicy;
import io.saltunnel.netty.stage.TrafficShape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: however a recorded connection is altered on its way, no byte of wrong data is delivered, and no cut counts as
 * an end.
 */
@Timeout(120)
class TamperingTest {
    private static final int FRAMES = 8;
    private static final int WIRE_BYTES = FRAMES * Frame.SIZE;
    private static final int DATA_IN_FRAME = Frame.MAX_DATA;

    /** The receiving side. */
    enum Direction {
        TO_SERVER,
        TO_CLIENT;

        Session receiver(SessionKeys keys) {
            return this == TO_SERVER ? Session.ofServer(keys) : Session.ofClient(keys);
        }

        Session sender(SessionKeys keys) {
            return this == TO_SERVER ? Session.ofClient(keys) : Session.ofServer(keys);
        }
    }

    private final SecretMemory memory = SecretMemory.create();
    private final ChunkCipher cipher = ChunkCipher.create();
    private final byte[] data = data();

    @AfterEach
    void nothingIsLeft() {
        cipher.close();
        assertThat(memory.liveSecrets()).isZero();
        memory.close();
    }

    @ParameterizedTest
    @EnumSource
    void everyFlippedBitIsRefusedAtItsFrame(Direction direction) throws Exception {
        byte[] wire = record(direction);
        ByteBuffer frames = ByteBuffer.allocateDirect(WIRE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer opened = ByteBuffer.allocateDirect(WIRE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int bit = 0; bit < WIRE_BYTES * Byte.SIZE; bit++) {
            int at = bit / Byte.SIZE;
            frames.put(0, wire).put(at, (byte) (wire[at] ^ 1 << bit % Byte.SIZE));
            try (Session session = direction.receiver(keys())) {
                int intact = refusedAfter(session, frames, opened);
                if (intact != at / Frame.SIZE * DATA_IN_FRAME) {
                    throw new AssertionError("bit " + bit + ": " + intact + " bytes were delivered");
                }
                if (!opened.duplicate().limit(intact).equals(ByteBuffer.wrap(data, 0, intact))) {
                    throw new AssertionError("bit " + bit + ": wrong data were delivered");
                }
            }
        }
    }

    /** The number of bytes opened before the refusal; -1 without one. */
    private int refusedAfter(Session session, ByteBuffer frames, ByteBuffer opened) throws Exception {
        try {
            session.opener().open(cipher, frames, 0, FRAMES, opened, 0);
            return -1;
        } catch (ChunkException e) {
            return e.dataLength();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCutPassesForAnEndOnTheBoundaryOfAFrameOnly(Direction direction) {
        byte[] wire = record(direction);
        for (int cut = 0; cut <= WIRE_BYTES; cut++) {
            Received received = receive(direction, Arrays.copyOf(wire, cut));
            int whole = cut / Frame.SIZE * DATA_IN_FRAME;
            assertThat(received.plaintext).as("cut at %d", cut).isEqualTo(Arrays.copyOf(data, whole));
            if (cut % Frame.SIZE == 0) {
                assertThat(received.failures).isEmpty();
            } else {
                assertThat(received.failures).hasOnlyElementsOfType(TruncatedFrameException.class);
                assertThat(received.failures).hasSize(1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void framesRepeatedSwappedOrLeftOutAreRefusedAtTheirPlace(Direction direction) {
        byte[] wire = record(direction);
        for (int i = 0; i < FRAMES; i++) {
            for (int j = 0; j < FRAMES; j++) {
                if (i != j) {
                    assertRefused(direction, swapped(wire, i, j), Math.min(i, j));
                    assertRefused(direction, copied(wire, i, j), j);
                }
            }
            if (i < FRAMES - 1) { // leaving out the last frame is a cut on a frame boundary
                assertRefused(direction, withoutFrame(wire, i), i);
            }
        }
    }

    private void assertRefused(Direction direction, byte[] wire, int frame) {
        Received received = receive(direction, wire);
        assertThat(received.plaintext).isEqualTo(Arrays.copyOf(data, frame * DATA_IN_FRAME));
        assertThat(received.failures).hasSize(1).hasOnlyElementsOfType(ChunkException.class);
    }

    private static byte[] swapped(byte[] wire, int i, int j) {
        byte[] changed = copied(wire, i, j);
        System.arraycopy(wire, j * Frame.SIZE, changed, i * Frame.SIZE, Frame.SIZE);
        return changed;
    }

    private static byte[] copied(byte[] wire, int from, int to) {
        byte[] changed = wire.clone();
        System.arraycopy(wire, from * Frame.SIZE, changed, to * Frame.SIZE, Frame.SIZE);
        return changed;
    }

    private static byte[] withoutFrame(byte[] wire, int frame) {
        byte[] changed = Arrays.copyOf(wire, wire.length - Frame.SIZE);
        int from = frame * Frame.SIZE;
        System.arraycopy(wire, from + Frame.SIZE, changed, from, changed.length - from);
        return changed;
    }

    private record Received(byte[] plaintext, List<Throwable> failures) {}

    /** Gives a connection's receiving half everything in one read, and then the end. */
    private Received receive(Direction direction, byte[] wire) {
        List<Throwable> failures = new ArrayList<>();
        EmbeddedChannel channel = new EmbeddedChannel(
                new FrameCodec(),
                new CipherHandler(direction.receiver(keys()), ClosePolicy.ABORT, TrafficShape.asWritten()),
                new ChannelInboundHandlerAdapter() {
                    @Override
                    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                        failures.add(cause);
                    }
                });
        channel.writeInbound(Unpooled.directBuffer(Math.max(1, wire.length)).writeBytes(wire));
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        ByteBuf plaintext = Unpooled.buffer();
        for (ByteBuf next = channel.readInbound(); next != null; next = channel.readInbound()) {
            plaintext.writeBytes(next);
            next.release();
        }
        channel.finishAndReleaseAll();
        byte[] bytes = new byte[plaintext.readableBytes()];
        plaintext.readBytes(bytes).release();
        return new Received(bytes, failures);
    }

    private byte[] record(Direction direction) {
        ByteBuffer plain = ByteBuffer.allocateDirect(data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(0, data);
        ByteBuffer frames = ByteBuffer.allocateDirect(WIRE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (Session session = direction.sender(keys())) {
            session.sealer().seal(cipher, plain, 0, data.length, frames, 0);
        } catch (io.saltunnel.core.session.NonceExhaustedException e) {
            throw new AssertionError(e);
        }
        byte[] wire = new byte[WIRE_BYTES];
        frames.get(0, wire);
        return wire;
    }

    /** Always the same. */
    private SessionKeys keys() {
        try (SecretBytes shared = memory.allocate(32)) {
            shared.buffer().put(0, (byte) 7);
            return SessionKeys.derive(shared, memory);
        }
    }

    private static byte[] data() {
        byte[] bytes = new byte[FRAMES * DATA_IN_FRAME];
        new java.util.Random(5).nextBytes(bytes);
        return bytes;
    }
}
