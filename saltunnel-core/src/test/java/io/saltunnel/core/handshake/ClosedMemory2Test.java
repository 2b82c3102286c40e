package io.saltunnel.core.handshake;

import static io.saltunnel.core.Vectors.direct;
import static io.saltunnel.core.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.saltunnel.core.Protocol2Vector;
import io.saltunnel.core.wire.MessageZero2;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.core.wire.ServerHi2;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: a handshake of version 2 whose memory is closed at any moment gives back every secret, which wipes what was
 * written after the closing, and leaves nothing of a message.
 */
class ClosedMemory2Test {

    private final Scene2 scene = new Scene2(Protocol2Vector.judged());

    @AfterEach
    void nothingIsLeft() {
        scene.key.close();
        assertThat(scene.memory.liveSecrets()).isZero();
        scene.memory.close();
        scene.box.close();
    }

    /** The memory is closed as soon as some random bytes were drawn. */
    private HandshakeContext closingAfter(ScriptedRandom scripted, int draws) {
        int[] left = {draws};
        return scene.context(target -> {
            scripted.fill(target);
            if (--left[0] == 0) {
                scene.memory.close();
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aClientThatStarts(int draws) {
        ByteBuffer out = direct(Scene.filled(512, 0xff));
        HandshakeContext closing = closingAfter(scene.clientRandom(), draws);
        assertThatIllegalStateException()
                .isThrownBy(() -> ClientHandshake.start(
                        new ClientProtocol(ProtocolVersion.V2, scene.name()), scene.key, closing, out));
        assertThat(hex(out)).isIn("00".repeat(512), "ff".repeat(512));
    }

    @Test
    void aClientThatReceivesServerHi() {
        ByteBuffer out = direct(Scene.filled(MessageZero2.SIZE, 0xff));
        ByteBuffer serverHi = direct(scene.vector.serverhi());
        var awaiting = scene.client(closingAfter(scene.clientRandom(), 4));
        assertThatIllegalStateException()
                .isThrownBy(() -> awaiting.receive(serverHi, out))
                .withMessage("secret memory is closed");
        assertThat(hex(out)).isEqualTo("00".repeat(MessageZero2.SIZE));
        assertThat(hex(serverHi, 40, ServerHi2.PLAINTEXT)).isEqualTo("00".repeat(ServerHi2.PLAINTEXT));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aServerThatAnswers(int draws) throws Exception {
        ByteBuffer out = direct(Scene.filled(ServerHi2.SIZE, 0xff));
        var hello = ServerHandshake.accept(scene.key, closingAfter(scene.serverRandom(), draws), scene.freshAdmission())
                .open(direct(scene.vector.clienthi()));
        assertThatIllegalStateException().isThrownBy(() -> hello.answer(out)).withMessage("secret memory is closed");
        assertThat(hex(out)).isEqualTo("00".repeat(ServerHi2.SIZE));
    }

    @Test
    void aServerThatReceivesMessageZero() throws Exception {
        var awaiting = scene.server();
        scene.memory.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> awaiting.receive(direct(scene.vector.message0())))
                .withMessage("secret memory is closed");
    }
}
