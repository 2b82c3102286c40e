package io.saltunnel.core.handshake;

import static io.saltunnel.core.Vectors.direct;
import static io.saltunnel.core.Vectors.hex;
import static io.saltunnel.core.handshake.Scene.frame;
import static io.saltunnel.core.handshake.Scene.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.saltunnel.core.crypto.MlKem768;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.wire.ClientHi;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.core.wire.ServerHi2;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server that takes version 2: its states, its answer, and what is left behind. */
class ServerHandshake2Test {

    private final Scene scene = new Scene();
    private final ByteBuffer out = Scene2.serverHi();

    @AfterEach
    void leavesNoSecret() {
        scene.close();
    }

    @Test
    void acceptsAClientOfEitherVersion() throws Exception {
        for (ProtocolVersion version : ProtocolVersion.values()) {
            ByteBuffer clientHi = frame();
            ByteBuffer message0 = Scene2.messageZero();
            Admission any = new Admission(scene.window, TunnelName.NONE);
            try (var client = ClientHandshake.start(
                            new ClientProtocol(version, TunnelName.NONE), scene.key, scene.context, clientHi);
                    var hello = scene.accept(any).open(clientHi);
                    var awaiting = hello.answer(out);
                    Session clientSession = client.receive(out, message0);
                    Session serverSession = awaiting.receive(message0)) {
                assertThat(List.of(
                                client.version(),
                                hello.version(),
                                awaiting.version(),
                                clientSession.version(),
                                serverSession.version()))
                        .containsOnly(version);
            }
        }
    }

    @Test
    void theVersionSaysHowManyFramesToFeed() throws Exception {
        ByteBuffer clientHi = frame();
        try (var client = ClientHandshake.start(
                        new ClientProtocol(ProtocolVersion.V2, TunnelName.NONE), scene.key, scene.context, clientHi);
                var hello = scene.accept(new Admission(scene.window, TunnelName.NONE))
                        .open(clientHi)) {
            int serverHiBytes = hello.version().serverHiFrames() * Frame.SIZE;
            int messageZeroBytes = hello.version().messageZeroFrames() * Frame.SIZE;
            ByteBuffer large = ByteBuffer.allocateDirect(5000);
            ByteBuffer serverHi = large.duplicate().position(7).limit(7 + serverHiBytes);
            ByteBuffer message0 = large.duplicate().position(3000).limit(3000 + messageZeroBytes);
            try (var awaiting = hello.answer(serverHi);
                    Session clientSession = client.receive(serverHi, message0);
                    Session serverSession = awaiting.receive(message0)) {
                assertThat(clientSession).isNotSameAs(serverSession);
            }
            assertThat(serverHi.position()).isEqualTo(7);
            assertThat(message0.position()).isEqualTo(3000);
            assertThat(hex(large, 0, 7)).isEqualTo("00".repeat(7));
            assertThat(hex(large, 7 + serverHiBytes, 3000 - 7 - serverHiBytes))
                    .isEqualTo("00".repeat(3000 - 7 - serverHiBytes));
            assertThat(hex(large, 3000 + messageZeroBytes, 5000 - 3000 - messageZeroBytes))
                    .isEqualTo("00".repeat(5000 - 3000 - messageZeroBytes));
        }
    }

    @Test
    void aBrokenRandomSourceLeavesNothingBehind() throws Exception {
        for (int pieces = 0; pieces < 3; pieces++) {
            ByteBuffer dirty = direct(Scene.filled(ServerHi2.SIZE, 0xff));
            var hello = ServerHandshake.accept(
                            scene.key,
                            scene.contextThatFailsAfter(pieces),
                            new Admission(scene.window, TunnelName.NONE))
                    .open(scene.sealed(ProtocolVersion.V2, TunnelName.NONE));
            assertThatExceptionOfType(Scene.BrokenRandom.class).isThrownBy(() -> hello.answer(dirty));
            assertThat(hex(dirty)).isEqualTo("00".repeat(ServerHi2.SIZE));
            scene.assertNoSecretLeft();
        }
    }

    /** The random source sees the memory that it filled before. */
    @Test
    void theSeedsAreGoneOnceTheDecapsulationKeyIsThere() throws Exception {
        List<ByteBuffer> filled = new ArrayList<>();
        List<String> seedsAtTheNonce = new ArrayList<>();
        HandshakeContext watching = scene.context(target -> {
            if (filled.size() == 2) {
                seedsAtTheNonce.add(hex(filled.get(1)));
            }
            RandomSource.system().fill(target);
            filled.add(target);
        });
        ServerHandshake.accept(scene.key, watching, new Admission(scene.window, TunnelName.NONE))
                .open(scene.sealed(ProtocolVersion.V2, TunnelName.NONE))
                .answer(out)
                .close();
        assertThat(filled).extracting(ByteBuffer::limit).containsExactly(32, MlKem768.SEED_SIZE, Frame.NONCE24);
        assertThat(seedsAtTheNonce).containsExactly("00".repeat(MlKem768.SEED_SIZE));
    }

    @Test
    void aKeyThatIsClosedMeanwhileLeavesNothingBehind() throws Exception {
        Scene other = new Scene();
        Admission any = new Admission(other.window, TunnelName.NONE);
        ByteBuffer hi = other.sealed(new ClientHi(
                ProtocolVersion.V2, Scene.filled(32, 9), Scene.NOW, new byte[16], 1, TunnelName.NONE.tag()));
        HandshakeContext closing = other.context(target -> other.key.close());
        var hello = ServerHandshake.accept(other.key, closing, any).open(hi);
        assertThatIllegalStateException().isThrownBy(() -> hello.answer(out)).withMessage("secret is closed");
        assertThat(hex(out)).isEqualTo("00".repeat(out.limit()));
        assertThat(other.memory.liveSecrets()).isZero();
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> ServerHandshake.accept(other.key, closing, any).open(hi));
        other.memory.close();
        other.box.close();
    }

    @Test
    void eachStateIsLeftOnce() throws Exception {
        Admission any = new Admission(scene.window, TunnelName.NONE);
        var first = scene.accept(any);
        var second = first.open(scene.sealed(ProtocolVersion.V2, TunnelName.NONE));
        assertThatIllegalStateException()
                .isThrownBy(() -> first.open(scene.sealed(ProtocolVersion.V2, TunnelName.NONE)))
                .withMessage("this state of the handshake was left before");
        var third = second.answer(out);
        assertThatIllegalStateException()
                .isThrownBy(() -> second.answer(out))
                .withMessage("this state of the handshake was left before");
        second.close();
        refusal(() -> third.receive(Scene2.messageZero()));
        assertThatIllegalStateException()
                .isThrownBy(() -> third.receive(Scene2.messageZero()))
                .withMessage("this state of the handshake was left before");
        third.close();
        var closed = scene.accept(any).open(scene.sealed(ProtocolVersion.V2, TunnelName.NONE));
        closed.close();
        closed.close();
        assertThatIllegalStateException().isThrownBy(() -> closed.answer(out));
        var closedLater = scene.accept(any)
                .open(scene.sealed(ProtocolVersion.V2, TunnelName.NONE))
                .answer(out);
        closedLater.close();
        closedLater.close();
        scene.assertNoSecretLeft();
        assertThatIllegalStateException().isThrownBy(() -> closedLater.receive(Scene2.messageZero()));
    }

    @Test
    void aCallersMistakeDoesNotLeaveTheState() throws Exception {
        var first = scene.accept(new Admission(scene.window, TunnelName.NONE));
        assertThatIllegalArgumentException().isThrownBy(() -> first.open(ByteBuffer.allocateDirect(511)));
        try (var second = first.open(scene.sealed(ProtocolVersion.V2, TunnelName.NONE))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> second.answer(ByteBuffer.allocateDirect(2047)))
                    .withMessage("4 frames have 2048 bytes, and there are 2047");
            assertThatIllegalArgumentException().isThrownBy(() -> second.answer(out.asReadOnlyBuffer()));
            try (var third = second.answer(out)) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> third.receive(ByteBuffer.allocateDirect(1535)))
                        .withMessage("3 frames have 1536 bytes, and there are 1535");
                assertThat(third.clockDifferenceSeconds()).isZero();
            }
        }
    }

    @Test
    void saysHowFarTheClientsClockIsAhead() throws Exception {
        ByteBuffer hi = scene.sealed(ProtocolVersion.V2, TunnelName.NONE);
        scene.now -= 12;
        try (var hello = scene.accept(new Admission(scene.window, TunnelName.NONE))
                        .open(hi);
                var awaiting = hello.answer(out)) {
            assertThat(hello.clockDifferenceSeconds()).isEqualTo(12);
            assertThat(awaiting.clockDifferenceSeconds()).isEqualTo(12);
        }
        scene.now += 24;
        try (var hello = scene.accept(new Admission(scene.window, TunnelName.NONE))
                .open(scene.sealed(ProtocolVersion.V1, TunnelName.NONE))) {
            assertThat(hello.clockDifferenceSeconds()).isZero();
        }
    }

    @Test
    void noTwoAnswersShareAKey() throws Exception {
        Admission any = new Admission(scene.window, TunnelName.NONE);
        ByteBuffer second = Scene2.serverHi();
        scene.accept(any)
                .open(scene.sealed(ProtocolVersion.V2, TunnelName.NONE))
                .answer(out)
                .close();
        scene.accept(any)
                .open(scene.sealed(ProtocolVersion.V2, TunnelName.NONE))
                .answer(second)
                .close();
        assertThat(hex(out).substring(0, 48)).isNotEqualTo(hex(second).substring(0, 48));
        assertThat(Arrays.stream(hex(out).split("(?<=\\G.{16})")).distinct()).hasSize(2048 / 8);
    }
}
