package io.saltunnel.core.handshake;

import static io.saltunnel.core.Vectors.direct;
import static io.saltunnel.core.Vectors.hex;
import static io.saltunnel.core.handshake.Scene.frame;
import static io.saltunnel.core.handshake.Scene.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.saltunnel.core.Protocol2Vector;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.wire.MessageZero2;
import io.saltunnel.core.wire.ProtocolVersion;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a server of version 2 checks in message0, and what is left behind. */
class ServerTakesMessageZero2Test {

    private final Scene scene = new Scene();
    private final Scene2 recorded = new Scene2(Protocol2Vector.judged());
    private final ByteBuffer out = Scene2.serverHi();

    @AfterEach
    void leavesNoSecret() {
        recorded.close();
        scene.close();
    }

    @Test
    void everyByteOfMessageZeroCounts() throws Exception {
        ByteBuffer message0 = direct(recorded.vector.message0());
        for (int i = 0; i < MessageZero2.SIZE; i++) {
            ByteBuffer flipped = Scene.flipped(message0, 8 * i + i % 8);
            String before = hex(flipped);
            var awaiting = recorded.server();
            assertThat(refusal(() -> awaiting.receive(flipped)).failure()).isEqualTo(HandshakeFailure.BAD_TAG);
            assertThat(hex(flipped)).as("left as it was").isEqualTo(before);
            recorded.assertNoSecretLeft();
        }
    }

    @Test
    void messageZeroOfAnotherConnectionOrOfVersion1IsRefused() throws Exception {
        ByteBuffer clientHi = frame();
        ByteBuffer message0 = Scene2.messageZero();
        Admission any = new Admission(scene.window, TunnelName.NONE);
        try (var client = ClientHandshake.start(
                        new ClientProtocol(ProtocolVersion.V2, TunnelName.NONE), scene.key, scene.context, clientHi);
                var awaiting = scene.accept(any).open(clientHi).answer(out);
                Session session = client.receive(out, message0);
                var other = scene.accept(any)
                        .open(scene.sealed(ProtocolVersion.V2, TunnelName.NONE))
                        .answer(out);
                var first = scene.accept(any)
                        .open(scene.sealed(ProtocolVersion.V1, TunnelName.NONE))
                        .answer(out)) {
            assertThat(session).isNotNull();
            assertThat(refusal(() -> other.receive(message0)).failure()).isEqualTo(HandshakeFailure.BAD_TAG);
            assertThat(refusal(() -> first.receive(message0)).failure()).isEqualTo(HandshakeFailure.BAD_TAG);
            assertThat(refusal(() -> awaiting.receive(Scene2.messageZero())).failure())
                    .isEqualTo(HandshakeFailure.BAD_TAG);
        }
    }

    @Test
    void aKeyThatIsClosedBeforeMessageZeroLeavesNothingBehind() throws Exception {
        Scene2 other = new Scene2(Protocol2Vector.judged());
        var awaiting = other.server();
        other.key.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> awaiting.receive(direct(other.vector.message0())))
                .withMessage("secret is closed");
        assertThat(other.memory.liveSecrets()).isZero();
        other.memory.close();
        other.box.close();
    }

    @Test
    void closingAStateThatWentOnLeavesTheSessionAlone() throws Exception {
        var awaiting = recorded.server();
        Session session = awaiting.receive(direct(recorded.vector.message0()));
        awaiting.close();
        assertThat(session).hasToString("Session[SessionKeys[SecretBytes[64 bytes]]]");
        assertThat(recorded.memory.liveSecrets())
                .as("the key and the session's")
                .isEqualTo(2);
        session.close();
    }
}
