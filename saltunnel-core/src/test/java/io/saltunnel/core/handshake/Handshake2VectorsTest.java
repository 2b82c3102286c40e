package io.saltunnel.core.handshake;

import static io.saltunnel.core.Vectors.direct;
import static io.saltunnel.core.Vectors.hex;
import static io.saltunnel.core.handshake.Scene.frame;
import static io.saltunnel.core.handshake.Scene.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.core.Protocol2Vector;
import io.saltunnel.core.Protocol2Vector.Chunk;
import io.saltunnel.core.Protocol2Vector.Sample;
import io.saltunnel.core.crypto.ChunkCipher;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.wire.ProtocolVersion;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every connection of {@code protocol2.json}, bit for bit in both roles, and every rejection of a handshake's message.
 */
class Handshake2VectorsTest {

    private final ChunkCipher cipher = ChunkCipher.create();

    @AfterEach
    void close() {
        cipher.close();
    }

    static List<Protocol2Vector> sessions() {
        return Protocol2Vector.all();
    }

    static List<Sample> clientHis() {
        return Protocol2Vector.rejections("clienthi");
    }

    static List<Sample> serverHis() {
        return Protocol2Vector.rejections("serverhi");
    }

    static List<Sample> messageZeros() {
        return Protocol2Vector.rejections("message0");
    }

    @ParameterizedTest
    @MethodSource("sessions")
    void clientSaysWhatTheVectorSays(Protocol2Vector vector) throws Exception {
        try (Scene2 scene = new Scene2(vector)) {
            ScriptedRandom random = scene.clientRandom();
            ByteBuffer clientHi = frame();
            ByteBuffer message0 = Scene2.messageZero();
            var awaiting = ClientHandshake.start(
                    new ClientProtocol(ProtocolVersion.V2, scene.name()), scene.key, scene.context(random), clientHi);
            assertThat(awaiting.version()).isEqualTo(ProtocolVersion.V2);
            assertThat(hex(clientHi)).isEqualTo(vector.clienthi());
            try (Session session = awaiting.receive(direct(vector.serverhi()), message0)) {
                assertThat(hex(message0)).isEqualTo(vector.message0());
                assertThat(random.isUsedUp()).isTrue();
                random.add("00".repeat(8), "00".repeat(8), "00".repeat(8));
                assertOpens(session, vector.serverToClient());
                assertSealsFirstChunk(session, vector.clientToServer().get(0));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sessions")
    void serverSaysWhatTheVectorSays(Protocol2Vector vector) throws Exception {
        try (Scene2 scene = new Scene2(vector)) {
            ScriptedRandom random = scene.serverRandom();
            ByteBuffer clientHi = direct(vector.clienthi());
            ByteBuffer serverHi = Scene2.serverHi();
            var hello = ServerHandshake.accept(scene.key, scene.context(random), scene.admission())
                    .open(clientHi);
            assertThat(hello.version()).isEqualTo(ProtocolVersion.V2);
            assertThat(hello.clockDifferenceSeconds()).isZero();
            assertThat(hex(clientHi)).as("sealed again").isEqualTo(vector.clienthi());
            var awaiting = hello.answer(serverHi);
            assertThat(awaiting.version()).isEqualTo(ProtocolVersion.V2);
            assertThat(awaiting.clockDifferenceSeconds()).isZero();
            assertThat(hex(serverHi)).isEqualTo(vector.serverhi());
            assertThat(random.isUsedUp()).isTrue();
            random.add("00".repeat(8), "00".repeat(8));
            try (Session session = awaiting.receive(direct(vector.message0()))) {
                assertThat(session.version()).isEqualTo(ProtocolVersion.V2);
                assertOpens(session, vector.clientToServer());
                assertSealsFirstChunk(session, vector.serverToClient().get(0));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("clientHis")
    void everyRejectedClientHiIsRefusedForItsReason(Sample rejected) throws Exception {
        HandshakeFailure expected = switch (rejected.why()) {
            case "version 3" -> HandshakeFailure.WRONG_VERSION;
            case "nonzero padding" -> HandshakeFailure.NONZERO_PADDING;
            case "another tunnel's name", "no name" -> HandshakeFailure.WRONG_NAME;
            case "over an hour old" -> HandshakeFailure.STALE;
            case "low order public key" -> HandshakeFailure.WEAK_PUBLIC_KEY;
            case "last bit flipped" -> HandshakeFailure.BAD_TAG;
            default -> throw new AssertionError("a rejection that this test doesn't know");
        };
        try (Scene2 scene = new Scene2(Protocol2Vector.judged())) {
            ByteBuffer out = Scene2.serverHi();
            var accepting = ServerHandshake.accept(scene.key, scene.context(scene.serverRandom()), scene.admission());
            HandshakeException e =
                    refusal(() -> accepting.open(rejected.message()).answer(out));
            assertThat(e.failure()).isEqualTo(expected);
            assertThat(e).hasMessageStartingWith("clienthi refused: ");
            assertThat(hex(out)).isEqualTo("00".repeat(out.limit()));
        }
    }

    @ParameterizedTest
    @MethodSource("serverHis")
    void everyRejectedServerHiIsRefusedForItsReason(Sample rejected) {
        HandshakeFailure expected = switch (rejected.why()) {
            case "answer to another hello", "a bit of the last frame flipped" -> HandshakeFailure.BAD_TAG;
            case "version 1's number" -> HandshakeFailure.WRONG_VERSION;
            case "nonzero padding" -> HandshakeFailure.NONZERO_PADDING;
            case "encapsulation key not reduced" -> HandshakeFailure.UNREDUCED_KEY;
            case "low order public key" -> HandshakeFailure.WEAK_PUBLIC_KEY;
            default -> throw new AssertionError("a rejection that this test doesn't know");
        };
        try (Scene2 scene = new Scene2(Protocol2Vector.judged())) {
            ByteBuffer out = Scene2.messageZero();
            var awaiting = scene.client();
            ByteBuffer message = rejected.message();
            HandshakeException e = refusal(() -> awaiting.receive(message, out));
            assertThat(e.failure()).isEqualTo(expected);
            assertThat(e).hasMessageStartingWith("serverhi refused: ");
            assertThat(hex(out)).isEqualTo("00".repeat(out.limit()));
            if (expected == HandshakeFailure.BAD_TAG) {
                assertThat(hex(message)).as("left as it was").isEqualTo(rejected.bytes());
            } else {
                assertThat(hex(message, 40, 2008)).as("wiped").isEqualTo("00".repeat(2008));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("messageZeros")
    void everyRejectedMessageZeroIsRefusedForItsReason(Sample rejected) throws Exception {
        HandshakeFailure expected = switch (rejected.why()) {
            case "nonzero padding" -> HandshakeFailure.NONZERO_PADDING;
            case "another transcript", "another long-term key", "a bit flipped" -> HandshakeFailure.BAD_TAG;
            default -> throw new AssertionError("a rejection that this test doesn't know");
        };
        try (Scene2 scene = new Scene2(Protocol2Vector.judged())) {
            var awaiting = scene.server();
            HandshakeException e = refusal(() -> awaiting.receive(rejected.message()));
            assertThat(e.failure()).isEqualTo(expected);
            assertThat(e).hasMessageStartingWith("message0 refused: ");
        }
    }

    private void assertOpens(Session session, List<Chunk> received) throws Exception {
        ByteBuffer data = frame();
        for (Chunk chunk : received) {
            int length = session.opener().open(cipher, chunk.frame(), 0, 1, data, 0);
            assertThat(hex(data, 0, length)).isEqualTo(chunk.data());
            assertThat(session.opener().hasEnded()).isEqualTo(chunk.end());
        }
    }

    private void assertSealsFirstChunk(Session session, Chunk chunk) {
        ByteBuffer sealed = frame();
        ByteBuffer data = chunk.plaintext();
        session.sealer().seal(cipher, data, 0, data.limit(), sealed, 0);
        assertThat(hex(sealed)).isEqualTo(chunk.chunk());
    }
}
