package io.saltunnel.core.handshake;

import static io.saltunnel.core.Vectors.direct;
import static io.saltunnel.core.Vectors.hex;
import static io.saltunnel.core.handshake.Scene.frame;
import static io.saltunnel.core.handshake.Scene.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.saltunnel.core.Protocol2Vector;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.MessageZero2;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.core.wire.ServerHi2;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A client of version 2: what it checks, and what is left behind. The vectors show each refusal. */
class ClientHandshake2Test {

    private final Scene2 scene = new Scene2(Protocol2Vector.judged());
    private final ByteBuffer out = Scene2.messageZero();

    @AfterEach
    void leavesNoSecret() {
        scene.close();
    }

    @Test
    void everyByteOfAServerHiCounts() {
        ByteBuffer serverHi = direct(scene.vector.serverhi());
        for (int i = 0; i < ServerHi2.SIZE; i++) {
            ByteBuffer flipped = Scene.flipped(serverHi, 8 * i + i % 8);
            String before = hex(flipped);
            var awaiting = scene.client();
            assertThat(refusal(() -> awaiting.receive(flipped, out)).failure()).isEqualTo(HandshakeFailure.BAD_TAG);
            assertThat(hex(flipped)).as("left as it was").isEqualTo(before);
            scene.assertNoSecretLeft();
        }
        assertThat(hex(out)).isEqualTo("00".repeat(MessageZero2.SIZE));
    }

    @Test
    void aClientOfEitherVersionRefusesTheOthersAnswer() throws Exception {
        ByteBuffer clientHi = frame();
        ByteBuffer first = frame();
        HandshakeContext context = scene.context(RandomSource.system());
        Admission any = new Admission(scene.window, TunnelName.NONE);
        try (var client = ClientHandshake.start(
                        new ClientProtocol(ProtocolVersion.V1, TunnelName.NONE), scene.key, context, clientHi);
                var awaiting = Scene.answer(ServerHandshake.accept(scene.key, context, any), clientHi, first)) {
            assertThat(awaiting.version()).isEqualTo(ProtocolVersion.V1);
            assertThat(refusal(() -> client.receive(direct(scene.vector.serverhi()), out))
                            .failure())
                    .isEqualTo(HandshakeFailure.BAD_TAG);
            ByteBuffer padded = Scene2.serverHi().put(0, first, 0, Frame.SIZE);
            assertThat(refusal(() -> scene.client().receive(padded, out)).failure())
                    .isEqualTo(HandshakeFailure.BAD_TAG);
        }
    }

    @Test
    void message0HoldsNothingOfWhatTheBufferHeldBefore() throws Exception {
        ByteBuffer dirty = direct(Scene.filled(MessageZero2.SIZE, 0xff));
        scene.client().receive(direct(scene.vector.serverhi()), dirty).close();
        assertThat(hex(dirty)).isEqualTo(scene.vector.message0());
    }

    /** A hello of the client that comes back. */
    @Test
    void aReflectedMessageIsRefused() {
        ByteBuffer padded = Scene2.serverHi().put(0, direct(scene.vector.clienthi()), 0, Frame.SIZE);
        assertThat(refusal(() -> scene.client().receive(padded, out)).failure()).isEqualTo(HandshakeFailure.BAD_TAG);
    }

    @Test
    void aBrokenRandomSourceLeavesNothingBehind() {
        for (int pieces = 0; pieces < 3; pieces++) {
            HandshakeContext context = scene.context(failingAfter(pieces));
            ByteBuffer dirty = direct(Scene.filled(Frame.SIZE, 0xff));
            assertThatExceptionOfType(Scene.BrokenRandom.class)
                    .isThrownBy(() -> ClientHandshake.start(
                            new ClientProtocol(ProtocolVersion.V2, scene.name()), scene.key, context, dirty));
            assertThat(hex(dirty)).isEqualTo((pieces == 0 ? "ff" : "00").repeat(Frame.SIZE));
            scene.assertNoSecretLeft();
        }
        ByteBuffer dirty = direct(Scene.filled(MessageZero2.SIZE, 0xff));
        ByteBuffer serverHi = direct(scene.vector.serverhi());
        var awaiting = scene.client(scene.context(failingAfter(3)));
        assertThatExceptionOfType(Scene.BrokenRandom.class).isThrownBy(() -> awaiting.receive(serverHi, dirty));
        assertThat(hex(dirty)).isEqualTo("00".repeat(MessageZero2.SIZE));
        assertThat(hex(serverHi, 40, ServerHi2.PLAINTEXT)).isEqualTo("00".repeat(ServerHi2.PLAINTEXT));
        scene.assertNoSecretLeft();
    }

    /** The vector's bytes, and then a failure. */
    private RandomSource failingAfter(int pieces) {
        ScriptedRandom scripted = scene.clientRandom();
        int[] left = {pieces};
        return target -> {
            if (left[0]-- == 0) {
                throw new Scene.BrokenRandom();
            }
            scripted.fill(target);
        };
    }

    @Test
    void aKeyThatIsClosedMeanwhileLeavesNothingBehind() {
        Scene2 other = new Scene2(Protocol2Vector.judged());
        ByteBuffer dirty = direct(Scene.filled(MessageZero2.SIZE, 0xff));
        ByteBuffer serverHi = direct(other.vector.serverhi());
        ScriptedRandom scripted = other.clientRandom();
        int[] calls = {0};
        var awaiting = other.client(other.context(target -> {
            scripted.fill(target);
            if (++calls[0] == 4) {
                other.key.close();
            }
        }));
        assertThatIllegalStateException()
                .isThrownBy(() -> awaiting.receive(serverHi, dirty))
                .withMessage("secret is closed");
        assertThat(hex(dirty)).isEqualTo("00".repeat(MessageZero2.SIZE));
        assertThat(hex(serverHi, 40, ServerHi2.PLAINTEXT)).isEqualTo("00".repeat(ServerHi2.PLAINTEXT));
        assertThat(other.memory.liveSecrets()).isZero();
        assertThatIllegalStateException().isThrownBy(() -> other.client());
        assertThat(other.memory.liveSecrets()).isZero();
        other.memory.close();
        other.box.close();
    }

    @Test
    void eachStateIsLeftOnce() throws Exception {
        var awaiting = scene.client();
        Session session = awaiting.receive(direct(scene.vector.serverhi()), out);
        assertThatIllegalStateException()
                .isThrownBy(() -> awaiting.receive(direct(scene.vector.serverhi()), out))
                .withMessage("this state of the handshake was left before");
        awaiting.close();
        assertThat(session).hasToString("Session[SessionKeys[SecretBytes[64 bytes]]]");
        assertThat(scene.memory.liveSecrets()).as("the key and the session's").isEqualTo(2);
        session.close();
        var closed = scene.client();
        closed.close();
        closed.close();
        scene.assertNoSecretLeft();
        assertThatIllegalStateException().isThrownBy(() -> closed.receive(direct(scene.vector.serverhi()), out));
    }

    @Test
    void aCallersMistakeDoesNotLeaveTheState() throws Exception {
        ByteBuffer serverHi = direct(scene.vector.serverhi());
        try (var awaiting = scene.client()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> awaiting.receive(ByteBuffer.allocateDirect(2047), out))
                    .withMessage("4 frames have 2048 bytes, and there are 2047");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> awaiting.receive(serverHi, ByteBuffer.allocateDirect(1535)));
            assertThatIllegalArgumentException().isThrownBy(() -> awaiting.receive(serverHi.asReadOnlyBuffer(), out));
            awaiting.receive(serverHi, out).close();
        }
        assertThat(hex(out)).isEqualTo(scene.vector.message0());
    }

    @Test
    void version1CarriesNoName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClientHandshake.start(
                        new ClientProtocol(ProtocolVersion.V1, TunnelName.of("web")),
                        scene.key,
                        scene.context(target -> {}),
                        frame()))
                .withMessage("version 1 of the protocol carries no name: use version 2, or no name instead of web");
    }
}
