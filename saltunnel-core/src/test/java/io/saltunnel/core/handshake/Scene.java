package io.saltunnel.core.handshake;

import static io.saltunnel.core.Vectors.direct;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.saltunnel.core.crypto.SecretBox;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.core.wire.ClientHi;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.core.wire.ServerHi;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/**
 * Two machines with one key, a clock that stands still, and another holder of the key that seals arbitrary frames.
 * Closing it checks that no secret was left behind.
 */
final class Scene implements AutoCloseable {

    static final long NOW = 1_700_000_000;
    static final String KEY = "dcfa53cd07247f17486fd5a4a8b6ecf0b10ee535294f762d41e1c1a89912ce43";

    /** The secrets in memory while no handshake is in progress: the key. */
    private static final int SECRETS_AT_REST = 1;

    final SecretMemory memory = SecretMemory.create();
    final LongTermKey key;
    final SecretBox box = new SecretBox();
    final ReplayWindow window = new ReplayWindow(NOW - 10_000, 100);
    final HandshakeContext context;

    /** The time of the server's clock. */
    long now = NOW;

    Scene() {
        this(KEY);
    }

    Scene(String keyHex) {
        key = LongTermKey.of(direct(keyHex), memory);
        context = context(RandomSource.system());
    }

    HandshakeContext context(RandomSource random) {
        return new HandshakeContext(() -> Instant.ofEpochSecond(now), random, box);
    }

    ServerHandshake.AwaitingClientHi accept() {
        return accept(version1());
    }

    /** What a server demands that takes version 1 only. */
    Admission version1() {
        return new Admission(window, TunnelName.NONE, AcceptedVersions.ONLY_V1);
    }

    ServerHandshake.AwaitingClientHi accept(Admission admission) {
        return ServerHandshake.accept(key, context, admission);
    }

    static ClientHandshake.AwaitingServerHi startVersion1(LongTermKey key, HandshakeContext context, ByteBuffer out) {
        return ClientHandshake.start(new ClientProtocol(ProtocolVersion.V1, TunnelName.NONE), key, context, out);
    }

    /** S1 and S2 in one step. */
    static ServerHandshake.AwaitingMessageZero answer(
            ServerHandshake.AwaitingClientHi awaiting, ByteBuffer clientHi, ByteBuffer serverHiOut)
            throws HandshakeException {
        try (ServerHandshake.AdmittedHello hello = awaiting.open(clientHi)) {
            return hello.answer(serverHiOut);
        }
    }

    /** A clienthi of a client that starts now. */
    ByteBuffer sealed(ProtocolVersion version, TunnelName name) {
        ByteBuffer frame = frame();
        ClientHandshake.start(new ClientProtocol(version, name), key, context, frame)
                .close();
        return frame;
    }

    /** A context whose random source fails after this many calls. */
    HandshakeContext contextThatFailsAfter(int pieces) {
        int[] left = {pieces};
        return context(target -> {
            if (left[0]-- == 0) {
                throw new BrokenRandom();
            }
            RandomSource.system().fill(target);
        });
    }

    /** Seals a clienthi with the given fields. */
    ByteBuffer sealed(ClientHi hi) {
        ByteBuffer frame = frame();
        hi.encode(frame, OpenedHello.begin(frame, RandomSource.system()));
        OpenedHello.seal(frame, key, box);
        return frame;
    }

    ByteBuffer sealed(ServerHi hi) {
        ByteBuffer frame = frame();
        hi.encode(frame, OpenedHello.begin(frame, RandomSource.system()));
        OpenedHello.seal(frame, key, box);
        return frame;
    }

    ClientHi hiAt(long timeSeconds) {
        try (EphemeralKeyPair pair = EphemeralKeyPair.generate(RandomSource.system(), memory)) {
            return hi(pair.publicKey(), timeSeconds);
        }
    }

    static ClientHi hi(byte[] publicKey, long timeSeconds) {
        return new ClientHi(ProtocolVersion.V1, publicKey, timeSeconds, new byte[16], 1, TunnelName.NONE.tag());
    }

    /** A hello in which a holder of the key has changed one byte of the plaintext. */
    ByteBuffer altered(ByteBuffer hi, int offset) {
        ByteBuffer frame = copy(hi);
        assertThat(box.open24(key.bytes().buffer(), 0, frame, 0, frame, 24, 472))
                .isTrue();
        frame.put(40 + offset, (byte) ~frame.get(40 + offset));
        OpenedHello.seal(frame, key, box);
        return frame;
    }

    static ByteBuffer frame() {
        return direct(new byte[Frame.SIZE]);
    }

    static ByteBuffer copy(ByteBuffer frame) {
        return direct(bytes(frame));
    }

    /** A copy of a message of any length, with one bit changed. */
    static ByteBuffer flipped(ByteBuffer message, int bit) {
        ByteBuffer flipped = ByteBuffer.allocateDirect(message.limit()).put(0, message, 0, message.limit());
        return flipped.put(bit / 8, (byte) (flipped.get(bit / 8) ^ 1 << bit % 8));
    }

    static byte[] bytes(ByteBuffer frame) {
        byte[] bytes = new byte[Frame.SIZE];
        frame.get(frame.position(), bytes);
        return bytes;
    }

    static byte[] filled(int size, int value) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    static byte[] parse(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    static HandshakeException refusal(ThrowingCallable call) {
        HandshakeException e = catchThrowableOfType(HandshakeException.class, call);
        assertThat(e).as("refused").isNotNull();
        assertThat(e.getStackTrace()).isEmpty();
        return e;
    }

    void assertNoSecretLeft() {
        assertThat(memory.liveSecrets()).isEqualTo(SECRETS_AT_REST);
    }

    @Override
    public void close() {
        assertNoSecretLeft();
        key.close();
        memory.close();
        box.close();
    }

    /** A random source has failed. Neither peer caused that, but it must leave no secret. */
    static final class BrokenRandom extends RuntimeException {}
}
