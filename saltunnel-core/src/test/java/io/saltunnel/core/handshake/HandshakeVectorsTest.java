package io.saltunnel.core.handshake;

import static io.saltunnel.core.Vectors.direct;
import static io.saltunnel.core.Vectors.hex;
import static io.saltunnel.core.handshake.Scene.frame;
import static io.saltunnel.core.handshake.Scene.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.core.Vectors;
import io.saltunnel.core.crypto.ChunkCipher;
import io.saltunnel.core.crypto.SecretBox;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.session.SessionVector;
import io.saltunnel.core.session.SessionVector.Chunk;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every connection of {@code sessions.json}, bit for bit in both roles, and every clienthi of {@code rejections.json}.
 */
class HandshakeVectorsTest {

    private final SecretMemory memory = SecretMemory.create();
    private final SecretBox box = new SecretBox();
    private final ChunkCipher cipher = ChunkCipher.create();

    @AfterEach
    void leavesNoSecret() {
        assertThat(memory.liveSecrets()).isZero();
        memory.close();
        box.close();
        cipher.close();
    }

    static List<SessionVector> sessions() {
        return SessionVector.all();
    }

    record RejectedHi(String why, String bytes) {
        @Override
        public String toString() {
            return why;
        }
    }

    static List<RejectedHi> rejections() {
        return Vectors.list(Vectors.read("rejections.json"), "clienthi", RejectedHi.class);
    }

    @ParameterizedTest
    @MethodSource("sessions")
    void clientSaysWhatTheVectorSays(SessionVector vector) throws Exception {
        ScriptedRandom random = new ScriptedRandom(vector.clientSecret(), machineFields(vector), vector.clientNonce());
        ByteBuffer out = frame();
        try (LongTermKey key = key(vector)) {
            ClientHandshake.AwaitingServerHi awaiting = Scene.startVersion1(key, context(vector, random), out);
            assertThat(hex(out)).isEqualTo(vector.clienthi());
            try (Session session = awaiting.receive(direct(vector.serverhi()), out)) {
                assertThat(hex(out)).isEqualTo(vector.message0());
                assertCarries(session, vector.clientToServer(), vector.serverToClient());
            }
        }
        assertThat(random.isUsedUp()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("sessions")
    void serverSaysWhatTheVectorSays(SessionVector vector) throws Exception {
        ScriptedRandom random = new ScriptedRandom(vector.serverSecret(), vector.serverNonce());
        ReplayWindow window = new ReplayWindow(vector.unixSeconds(), 1);
        ByteBuffer out = frame();
        try (LongTermKey key = key(vector)) {
            Admission admission = new Admission(window, TunnelName.NONE, AcceptedVersions.ONLY_V1);
            ServerHandshake.AwaitingMessageZero awaiting = Scene.answer(
                    ServerHandshake.accept(key, context(vector, random), admission), direct(vector.clienthi()), out);
            assertThat(hex(out)).isEqualTo(vector.serverhi());
            try (Session session = awaiting.receive(direct(vector.message0()))) {
                assertCarries(session, vector.serverToClient(), vector.clientToServer());
            }
        }
        assertThat(random.isUsedUp()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("rejections")
    void everyRejectedHiIsRefusedForItsReason(RejectedHi rejected) {
        HandshakeFailure expected = switch (rejected.why) {
            case "nonce bit flipped",
                    "tag bit flipped",
                    "ciphertext bit flipped",
                    "last bit flipped",
                    "boxed under another key" -> HandshakeFailure.BAD_TAG;
            case "wrong version" -> HandshakeFailure.WRONG_VERSION;
            case "nonzero padding" -> HandshakeFailure.NONZERO_PADDING;
            case "over an hour old" -> HandshakeFailure.STALE;
            case "over an hour ahead" -> HandshakeFailure.FROM_FUTURE;
            case "all-zero public key (low order point)", "low order public key 1" -> HandshakeFailure.WEAK_PUBLIC_KEY;
            default -> throw new AssertionError("a rejection that this test doesn't know");
        };
        try (Scene scene = new Scene()) {
            assertThat(sessions().get(0).longTermKey()).isEqualTo(Scene.KEY);
            ByteBuffer out = frame();
            assertThat(refusal(() -> Scene.answer(scene.accept(), direct(rejected.bytes), out))
                            .failure())
                    .isEqualTo(expected);
            assertThat(hex(out)).isEqualTo("00".repeat(512));
        }
    }

    private void assertCarries(Session session, List<Chunk> sent, List<Chunk> received) throws Exception {
        ByteBuffer frame = frame();
        for (Chunk chunk : sent) {
            ByteBuffer data = direct(chunk.data());
            session.sealer().seal(cipher, data, 0, data.limit(), frame, 0);
            assertThat(hex(frame)).isEqualTo(chunk.chunk());
        }
        for (Chunk chunk : received) {
            int length = session.opener().open(cipher, direct(chunk.chunk()), 0, 1, frame, 0);
            assertThat(hex(frame, 0, length)).isEqualTo(chunk.data());
        }
    }

    /** Id and counter, as they lie in clienthi. */
    private static String machineFields(SessionVector vector) {
        ByteBuffer counter = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        return vector.machineId() + hex(counter.putLong(0, vector.machineCounter()));
    }

    private LongTermKey key(SessionVector vector) {
        return LongTermKey.of(direct(vector.longTermKey()), memory);
    }

    private HandshakeContext context(SessionVector vector, RandomSource random) {
        return new HandshakeContext(() -> Instant.ofEpochSecond(vector.unixSeconds()), random, box);
    }
}
