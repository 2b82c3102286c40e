package io.saltunnel.core.handshake;

import static io.saltunnel.core.Vectors.direct;
import static io.saltunnel.core.Vectors.hex;
import static io.saltunnel.core.handshake.Scene.frame;
import static io.saltunnel.core.handshake.Scene.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.core.Protocol2Vector;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.wire.ClientHi;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.ProtocolVersion;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a server that takes version 2 checks in a clienthi, and in which order. */
class ServerTakesClientHi2Test {

    private static final TunnelName NAME = TunnelName.of("web");
    private static final TunnelName OTHER = TunnelName.of("mail");

    private final Scene scene = new Scene();
    private final Scene2 recorded = new Scene2(Protocol2Vector.judged());
    private final ByteBuffer out = Scene2.serverHi();

    @AfterEach
    void leavesNoSecret() {
        recorded.close();
        scene.close();
    }

    @Test
    void aNameOrNoneHasToBeTheServersOwn() throws Exception {
        for (TunnelName demanded : List.of(TunnelName.NONE, NAME, OTHER)) {
            for (TunnelName carried : List.of(TunnelName.NONE, NAME, OTHER)) {
                Admission admission = new Admission(scene.window, demanded);
                ByteBuffer hi = scene.sealed(ProtocolVersion.V2, carried);
                if (carried.equals(demanded)) {
                    scene.accept(admission).open(hi).close();
                } else {
                    HandshakeException e = refuse(admission, hi);
                    assertThat(e.failure()).isEqualTo(HandshakeFailure.WRONG_NAME);
                    assertThat(e).hasMessage("clienthi refused: it is for a tunnel of another name");
                }
            }
        }
    }

    @Test
    void aServerWithANameTakesVersion2OnlyUnlessItIsToldOtherwise() throws Exception {
        HandshakeException e =
                refuse(new Admission(scene.window, NAME), scene.sealed(ProtocolVersion.V1, TunnelName.NONE));
        assertThat(e.failure()).isEqualTo(HandshakeFailure.UNACCEPTED_VERSION);
        Admission told = new Admission(scene.window, NAME, AcceptedVersions.ANY);
        scene.accept(told)
                .open(scene.sealed(ProtocolVersion.V1, TunnelName.NONE))
                .close();
        scene.accept(told).open(scene.sealed(ProtocolVersion.V2, NAME)).close();
        assertThat(refuse(told, scene.sealed(ProtocolVersion.V2, OTHER)).failure())
                .isEqualTo(HandshakeFailure.WRONG_NAME);
    }

    @Test
    void aVersionThatIsNotTakenIsRefusedBeforeItTakesUpMemory() {
        Admission first = new Admission(scene.window, TunnelName.NONE, AcceptedVersions.ONLY_V1);
        Admission second = new Admission(scene.window, TunnelName.NONE, AcceptedVersions.ONLY_V2);
        assertThat(refuse(first, scene.sealed(ProtocolVersion.V2, TunnelName.NONE))
                        .failure())
                .isEqualTo(HandshakeFailure.UNACCEPTED_VERSION);
        assertThat(refuse(second, scene.sealed(ProtocolVersion.V1, TunnelName.NONE))
                        .failure())
                .isEqualTo(HandshakeFailure.UNACCEPTED_VERSION);
        assertThat(scene.window.size()).isZero();
    }

    /** One window for all names and versions. */
    @Test
    void aClientHiIsAdmittedOnceWhateverServersThereAre() throws Exception {
        Admission web = new Admission(scene.window, NAME);
        Admission mail = new Admission(scene.window, OTHER);
        Admission nameless = new Admission(scene.window, TunnelName.NONE);
        ByteBuffer hi = scene.sealed(ProtocolVersion.V2, NAME);
        ByteBuffer strayed = scene.sealed(ProtocolVersion.V2, NAME);
        ByteBuffer old = scene.sealed(ProtocolVersion.V1, TunnelName.NONE);
        scene.accept(web).open(Scene.copy(hi)).close();
        assertThat(refuse(web, Scene.copy(hi)).failure()).isEqualTo(HandshakeFailure.REPLAYED);
        assertThat(refuse(mail, Scene.copy(hi)).failure()).isEqualTo(HandshakeFailure.REPLAYED);
        assertThat(refuse(mail, Scene.copy(strayed)).failure()).isEqualTo(HandshakeFailure.WRONG_NAME);
        assertThat(refuse(web, Scene.copy(strayed)).failure()).isEqualTo(HandshakeFailure.REPLAYED);
        scene.accept(nameless).open(Scene.copy(old)).close();
        assertThat(refusal(() -> Scene.answer(scene.accept(), Scene.copy(old), out))
                        .failure())
                .isEqualTo(HandshakeFailure.REPLAYED);
        assertThat(scene.window.size()).isEqualTo(3);
    }

    @Test
    void looksAtTagThenVersionThenZerosThenWhetherItIsTakenThenTimeThenReplayThenNameThenPublicKey() throws Exception {
        Admission admission = new Admission(scene.window, NAME);
        assertThat(failure(admission, hi(ProtocolVersion.V2, Scene.NOW, NAME)))
                .isEqualTo(HandshakeFailure.WEAK_PUBLIC_KEY);
        ByteBuffer nameless = hi(ProtocolVersion.V2, Scene.NOW, TunnelName.NONE);
        assertThat(failure(admission, nameless)).isEqualTo(HandshakeFailure.WRONG_NAME);
        assertThat(failure(admission, nameless)).isEqualTo(HandshakeFailure.REPLAYED);
        ByteBuffer stale = hi(ProtocolVersion.V2, Scene.NOW - 3601, TunnelName.NONE);
        assertThat(failure(admission, stale)).isEqualTo(HandshakeFailure.STALE);
        ByteBuffer old = hi(ProtocolVersion.V1, Scene.NOW - 3601, TunnelName.NONE);
        assertThat(failure(admission, old)).isEqualTo(HandshakeFailure.UNACCEPTED_VERSION);
        ByteBuffer padded = scene.altered(old, Frame.HELLO_PLAINTEXT - 1);
        assertThat(failure(admission, padded)).isEqualTo(HandshakeFailure.NONZERO_PADDING);
        ByteBuffer unknown = scene.altered(padded, 7);
        assertThat(failure(admission, unknown)).isEqualTo(HandshakeFailure.WRONG_VERSION);
        unknown.put(30, (byte) ~unknown.get(30));
        assertThat(failure(admission, unknown)).isEqualTo(HandshakeFailure.BAD_TAG);
    }

    private HandshakeFailure failure(Admission admission, ByteBuffer hi) {
        return refusal(() -> scene.accept(admission).open(Scene.copy(hi)).answer(out))
                .failure();
    }

    /** A hello whose public key is a point of low order. */
    private ByteBuffer hi(ProtocolVersion version, long time, TunnelName name) {
        return scene.sealed(new ClientHi(version, new byte[32], time, new byte[16], 1, name.tag()));
    }

    @Test
    void aStrangerCostsOneBoxAndNoSecret() {
        HandshakeContext context = scene.context(target -> {
            throw new AssertionError("asked for random bytes");
        });
        Admission admission = new Admission(scene.window, NAME);
        for (ByteBuffer hi : List.of(
                frame(),
                scene.sealed(ProtocolVersion.V1, TunnelName.NONE),
                scene.sealed(ProtocolVersion.V2, TunnelName.NONE),
                hi(ProtocolVersion.V2, 0, NAME))) {
            var awaiting = ServerHandshake.accept(scene.key, context, admission);
            refusal(() -> awaiting.open(hi));
            scene.assertNoSecretLeft();
        }
    }

    @Test
    void everyBitOfAClientHiCounts() {
        ByteBuffer hi = direct(recorded.vector.clienthi());
        for (int bit = 0; bit < 8 * Frame.SIZE; bit++) {
            ByteBuffer flipped = Scene.flipped(hi, bit);
            String before = hex(flipped);
            var accepting =
                    ServerHandshake.accept(recorded.key, recorded.context(RandomSource.system()), recorded.admission());
            assertThat(refusal(() -> accepting.open(flipped)).failure()).isEqualTo(HandshakeFailure.BAD_TAG);
            assertThat(hex(flipped)).as("left as it was").isEqualTo(before);
        }
        assertThat(recorded.window.size()).isZero();
    }

    @Test
    void wipesWhatItOpenedAndRefused() {
        Admission admission = new Admission(scene.window, NAME);
        for (ByteBuffer hi : List.of(
                scene.sealed(ProtocolVersion.V2, OTHER),
                scene.sealed(ProtocolVersion.V1, TunnelName.NONE),
                hi(ProtocolVersion.V2, 0, NAME))) {
            refuse(admission, hi);
            assertThat(hex(hi, 40, 472)).isEqualTo("00".repeat(472));
        }
    }

    private HandshakeException refuse(Admission admission, ByteBuffer hi) {
        HandshakeException e = refusal(() -> scene.accept(admission).open(hi));
        scene.assertNoSecretLeft();
        return e;
    }
}
