package io.saltunnel.core.handshake;

import static io.saltunnel.core.Vectors.hex;
import static io.saltunnel.core.handshake.HandshakeFailure.BAD_PROOF;
import static io.saltunnel.core.handshake.HandshakeFailure.BAD_TAG;
import static io.saltunnel.core.handshake.HandshakeFailure.NONZERO_PADDING;
import static io.saltunnel.core.handshake.HandshakeFailure.WEAK_PUBLIC_KEY;
import static io.saltunnel.core.handshake.HandshakeFailure.WRONG_VERSION;
import static io.saltunnel.core.handshake.Scene.bytes;
import static io.saltunnel.core.handshake.Scene.copy;
import static io.saltunnel.core.handshake.Scene.frame;
import static io.saltunnel.core.handshake.Scene.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.saltunnel.core.handshake.ClientHandshake.AwaitingServerHi;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.wire.ClientHi;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.ServerHi;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClientHandshakeTest {

    private final Scene scene = new Scene();
    private final ByteBuffer clientHi = frame();
    private final ByteBuffer serverHi = frame();
    private final ByteBuffer message0 = frame();

    /** The client under test: its hi was answered with {@code serverHi}. */
    private AwaitingServerHi client = start();

    @BeforeEach
    void serverAnswers() throws Exception {
        Scene.answer(scene.accept(), copy(clientHi), serverHi).close();
    }

    @AfterEach
    void leavesNoSecret() {
        client.close();
        scene.close();
    }

    @Test
    void goesOnWithAServerThatHoldsTheKey() throws Exception {
        client.receive(serverHi, message0).close();
        assertThat(hex(serverHi, 40, 472)).as("what it opened").isEqualTo("00".repeat(472));
    }

    @Test
    void tellsTheTimeAndNothingThatTwoConnectionsHaveInCommon() throws Exception {
        ClientHi first = open(clientHi);
        start().close();
        ClientHi second = open(clientHi);
        assertThat(first.timeSeconds()).isEqualTo(Scene.NOW);
        assertThat(second.machineId()).isNotEqualTo(first.machineId());
        assertThat(Math.abs(second.machineCounter() - first.machineCounter()))
                .as("a counter's step")
                .isGreaterThan(1_000_000);
        assertThat(second.ephemeralPublicKey()).isNotEqualTo(first.ephemeralPublicKey());
    }

    @Test
    void everyBitOfAServerHiCounts() {
        for (int bit = 0; bit < 8 * Frame.SIZE; bit += 61) {
            ByteBuffer flipped = copy(serverHi);
            flipped.put(bit / 8, (byte) (flipped.get(bit / 8) ^ 1 << bit % 8));
            byte[] before = bytes(flipped);
            AwaitingServerHi other = start();
            HandshakeException e = refusal(() -> other.receive(flipped, message0));
            assertThat(e.failure()).isEqualTo(BAD_TAG);
            assertThat(e).hasMessageStartingWith("serverhi refused: ");
            assertThat(bytes(flipped)).as("left as it was").isEqualTo(before);
        }
    }

    @Test
    void looksAtTagThenVersionThenZerosThenPublicKeyThenProof() {
        ByteBuffer wrongProof = scene.sealed(new ServerHi(scene.hiAt(0).ephemeralPublicKey(), new byte[16]));
        assertThat(refuse(copy(wrongProof)).failure()).isEqualTo(BAD_PROOF);
        ByteBuffer weak = scene.sealed(new ServerHi(new byte[32], new byte[16]));
        assertThat(refuse(copy(weak)).failure()).isEqualTo(WEAK_PUBLIC_KEY);
        ByteBuffer padded = scene.altered(weak, 56);
        assertThat(refuse(copy(padded)).failure()).isEqualTo(NONZERO_PADDING);
        ByteBuffer wrongVersion = scene.altered(padded, 0);
        assertThat(refuse(copy(wrongVersion)).failure()).isEqualTo(WRONG_VERSION);
        wrongVersion.put(16, (byte) ~wrongVersion.get(16));
        assertThat(refuse(wrongVersion).failure()).isEqualTo(BAD_TAG);
    }

    @Test
    void everyBitOfTheProofCounts() {
        for (int bit = 0; bit < 128; bit++) {
            ByteBuffer forged = frame();
            try (EphemeralKeyPair servers = EphemeralKeyPair.generate(RandomSource.system(), scene.memory)) {
                AwaitingServerHi other = start();
                try (var keys =
                        servers.agree(open(clientHi).ephemeralPublicKey()).orElseThrow()) {
                    byte[] proof = keys.proof();
                    proof[bit / 8] ^= (byte) (1 << bit % 8);
                    forged.put(0, scene.sealed(new ServerHi(servers.publicKey(), proof)), 0, Frame.SIZE);
                }
                assertThat(refusal(() -> other.receive(forged, message0)).failure())
                        .isEqualTo(BAD_PROOF);
            } catch (HandshakeException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void refusesAServerHiOfAnotherConnection() {
        AwaitingServerHi other = start();
        assertThat(refusal(() -> other.receive(serverHi, message0)).failure()).isEqualTo(BAD_PROOF);
        assertThat(hex(serverHi, 40, 472)).as("what it opened").isEqualTo("00".repeat(472));
    }

    @Test
    void refusesItsOwnHiReflected() {
        AwaitingServerHi other = start();
        assertThat(refusal(() -> other.receive(clientHi, message0)).failure()).isIn(NONZERO_PADDING, BAD_PROOF);
    }

    @Test
    void refusesAnotherKey() {
        try (Scene stranger = new Scene("0001".repeat(16))) {
            ByteBuffer hi = stranger.sealed(new ServerHi(new byte[32], new byte[16]));
            assertThat(refuse(hi).failure()).isEqualTo(BAD_TAG);
        }
    }

    @Test
    void saysNothingToAServerThatItRefuses() {
        serverHi.put(0, (byte) ~serverHi.get(0));
        refusal(() -> client.receive(serverHi, message0));
        assertThat(hex(message0)).isEqualTo("00".repeat(512));
        scene.assertNoSecretLeft();
    }

    @Test
    void isLeftOnce() throws Exception {
        client.receive(serverHi, message0).close();
        assertThatIllegalStateException().isThrownBy(() -> client.receive(serverHi, message0));
        AwaitingServerHi closed = start();
        closed.close();
        closed.close();
        scene.assertNoSecretLeft();
        assertThatIllegalStateException().isThrownBy(() -> closed.receive(serverHi, message0));
        AwaitingServerHi refused = start();
        refusal(() -> refused.receive(frame(), message0));
        scene.assertNoSecretLeft();
        assertThatIllegalStateException().isThrownBy(() -> refused.receive(frame(), message0));
    }

    @Test
    void aCallersMistakeDoesNotLeaveTheState() throws Exception {
        ByteBuffer small = ByteBuffer.allocateDirect(511);
        assertThatIllegalArgumentException().isThrownBy(() -> client.receive(small, message0));
        assertThatIllegalArgumentException().isThrownBy(() -> client.receive(serverHi, small));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Scene.startVersion1(scene.key, scene.context, frame().asReadOnlyBuffer()));
        assertThatIllegalArgumentException().isThrownBy(() -> Scene.startVersion1(scene.key, scene.context, small));
        client.receive(serverHi, message0).close();
    }

    @Test
    void aBrokenRandomSourceLeavesNothingBehind() {
        client.close();
        for (int pieces = 0; pieces < 2; pieces++) {
            HandshakeContext broken = scene.contextThatFailsAfter(pieces);
            ByteBuffer dirty = copy(ByteBuffer.wrap(Scene.filled(512, 0xff)));
            assertThatExceptionOfType(Scene.BrokenRandom.class)
                    .isThrownBy(() -> Scene.startVersion1(scene.key, broken, dirty));
            assertThat(hex(dirty)).isEqualTo((pieces == 0 ? "ff" : "00").repeat(512));
            scene.assertNoSecretLeft();
        }
    }

    @Test
    void aKeyClosedUnderItLeavesNothingBehind() {
        Scene other = new Scene();
        AwaitingServerHi abandoned = Scene.startVersion1(other.key, other.context, clientHi);
        other.key.close();
        assertThatIllegalStateException().isThrownBy(() -> abandoned.receive(serverHi, message0));
        assertThat(other.memory.liveSecrets()).isZero();
    }

    private AwaitingServerHi start() {
        return Scene.startVersion1(scene.key, scene.context, clientHi);
    }

    private HandshakeException refuse(ByteBuffer hi) {
        AwaitingServerHi other = start();
        return refusal(() -> other.receive(hi, message0));
    }

    private ClientHi open(ByteBuffer hi) throws HandshakeException {
        try (OpenedHello opened = OpenedHello.open("clienthi", copy(hi), scene.key, scene.box)) {
            return opened.clientHi();
        }
    }
}
