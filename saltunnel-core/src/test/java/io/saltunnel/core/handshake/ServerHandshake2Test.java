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
import io.saltunnel.core.wire.ClientHi;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.MessageZero2;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.core.wire.ServerHi2;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server that takes version 2: what it checks, in which order, and what is left behind. */
class ServerHandshake2Test {

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
    void acceptsAClientOfEitherVersion() throws Exception {
        for (ProtocolVersion version : ProtocolVersion.values()) {
            ByteBuffer clientHi = frame();
            ByteBuffer message0 = Scene2.messageZero();
            Admission any = new Admission(scene.window, TunnelName.NONE);
            try (var client = ClientHandshake.start(version, TunnelName.NONE, scene.key, scene.context, clientHi);
                    var hello = accept(any).open(clientHi);
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
        try (var client =
                        ClientHandshake.start(ProtocolVersion.V2, TunnelName.NONE, scene.key, scene.context, clientHi);
                var hello = accept(new Admission(scene.window, TunnelName.NONE)).open(clientHi)) {
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
    void aNameOrNoneHasToBeTheServersOwn() throws Exception {
        for (TunnelName demanded : List.of(TunnelName.NONE, NAME, OTHER)) {
            for (TunnelName carried : List.of(TunnelName.NONE, NAME, OTHER)) {
                Admission admission = new Admission(scene.window, demanded);
                ByteBuffer hi = sealed(ProtocolVersion.V2, carried);
                if (carried.equals(demanded)) {
                    accept(admission).open(hi).close();
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
        HandshakeException e = refuse(new Admission(scene.window, NAME), sealed(ProtocolVersion.V1, TunnelName.NONE));
        assertThat(e.failure()).isEqualTo(HandshakeFailure.UNACCEPTED_VERSION);
        Admission told = new Admission(scene.window, NAME, AcceptedVersions.ANY);
        accept(told).open(sealed(ProtocolVersion.V1, TunnelName.NONE)).close();
        accept(told).open(sealed(ProtocolVersion.V2, NAME)).close();
        assertThat(refuse(told, sealed(ProtocolVersion.V2, OTHER)).failure()).isEqualTo(HandshakeFailure.WRONG_NAME);
    }

    @Test
    void aVersionThatIsNotTakenIsRefusedBeforeItTakesUpMemory() {
        Admission first = new Admission(scene.window, TunnelName.NONE, AcceptedVersions.ONLY_V1);
        Admission second = new Admission(scene.window, TunnelName.NONE, AcceptedVersions.ONLY_V2);
        assertThat(refuse(first, sealed(ProtocolVersion.V2, TunnelName.NONE)).failure())
                .isEqualTo(HandshakeFailure.UNACCEPTED_VERSION);
        assertThat(refuse(second, sealed(ProtocolVersion.V1, TunnelName.NONE)).failure())
                .isEqualTo(HandshakeFailure.UNACCEPTED_VERSION);
        assertThat(refusal(() -> scene.accept().receive(sealed(ProtocolVersion.V2, TunnelName.NONE), out))
                        .failure())
                .as("a server that is not told of version 2")
                .isEqualTo(HandshakeFailure.UNACCEPTED_VERSION);
        assertThat(scene.window.size()).isZero();
    }

    /** One window for all names and versions. */
    @Test
    void aClientHiIsAdmittedOnceWhateverServersThereAre() throws Exception {
        Admission web = new Admission(scene.window, NAME);
        Admission mail = new Admission(scene.window, OTHER);
        Admission nameless = new Admission(scene.window, TunnelName.NONE);
        ByteBuffer hi = sealed(ProtocolVersion.V2, NAME);
        ByteBuffer strayed = sealed(ProtocolVersion.V2, NAME);
        ByteBuffer old = sealed(ProtocolVersion.V1, TunnelName.NONE);
        accept(web).open(Scene.copy(hi)).close();
        assertThat(refuse(web, Scene.copy(hi)).failure()).isEqualTo(HandshakeFailure.REPLAYED);
        assertThat(refuse(mail, Scene.copy(hi)).failure()).isEqualTo(HandshakeFailure.REPLAYED);
        assertThat(refuse(mail, Scene.copy(strayed)).failure()).isEqualTo(HandshakeFailure.WRONG_NAME);
        assertThat(refuse(web, Scene.copy(strayed)).failure()).isEqualTo(HandshakeFailure.REPLAYED);
        accept(nameless).open(Scene.copy(old)).close();
        assertThat(refusal(() -> scene.accept().receive(Scene.copy(old), out)).failure())
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
        return refusal(() -> accept(admission).open(Scene.copy(hi)).answer(out)).failure();
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
                sealed(ProtocolVersion.V1, TunnelName.NONE),
                sealed(ProtocolVersion.V2, TunnelName.NONE),
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
            ByteBuffer flipped = flipped(hi, bit);
            String before = hex(flipped);
            var accepting =
                    ServerHandshake.accept(recorded.key, recorded.context(RandomSource.system()), recorded.admission());
            assertThat(refusal(() -> accepting.open(flipped)).failure()).isEqualTo(HandshakeFailure.BAD_TAG);
            assertThat(hex(flipped)).as("left as it was").isEqualTo(before);
        }
        assertThat(recorded.window.size()).isZero();
    }

    @Test
    void everyByteOfMessageZeroCounts() throws Exception {
        ByteBuffer message0 = direct(recorded.vector.message0());
        for (int i = 0; i < MessageZero2.SIZE; i++) {
            ByteBuffer flipped = flipped(message0, 8 * i + i % 8);
            String before = hex(flipped);
            var awaiting = recorded.server();
            assertThat(refusal(() -> awaiting.receive(flipped)).failure()).isEqualTo(HandshakeFailure.BAD_TAG);
            assertThat(hex(flipped)).as("left as it was").isEqualTo(before);
            recorded.assertNoSecretLeft();
        }
    }

    static ByteBuffer flipped(ByteBuffer message, int bit) {
        ByteBuffer flipped = ByteBuffer.allocateDirect(message.limit()).put(0, message, 0, message.limit());
        return flipped.put(bit / 8, (byte) (flipped.get(bit / 8) ^ 1 << bit % 8));
    }

    @Test
    void messageZeroOfAnotherConnectionOrOfVersion1IsRefused() throws Exception {
        ByteBuffer clientHi = frame();
        ByteBuffer message0 = Scene2.messageZero();
        Admission any = new Admission(scene.window, TunnelName.NONE);
        try (var client =
                        ClientHandshake.start(ProtocolVersion.V2, TunnelName.NONE, scene.key, scene.context, clientHi);
                var awaiting = accept(any).open(clientHi).answer(out);
                Session session = client.receive(out, message0);
                var other = accept(any)
                        .open(sealed(ProtocolVersion.V2, TunnelName.NONE))
                        .answer(out);
                var first = accept(any)
                        .open(sealed(ProtocolVersion.V1, TunnelName.NONE))
                        .answer(out)) {
            assertThat(session).isNotNull();
            assertThat(refusal(() -> other.receive(message0)).failure()).isEqualTo(HandshakeFailure.BAD_TAG);
            assertThat(refusal(() -> first.receive(message0)).failure()).isEqualTo(HandshakeFailure.BAD_TAG);
            assertThat(refusal(() -> awaiting.receive(Scene2.messageZero())).failure())
                    .isEqualTo(HandshakeFailure.BAD_TAG);
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
                    .open(sealed(ProtocolVersion.V2, TunnelName.NONE));
            assertThatExceptionOfType(Scene.BrokenRandom.class).isThrownBy(() -> hello.answer(dirty));
            assertThat(hex(dirty)).isEqualTo("00".repeat(ServerHi2.SIZE));
            scene.assertNoSecretLeft();
        }
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
    void eachStateIsLeftOnce() throws Exception {
        Admission any = new Admission(scene.window, TunnelName.NONE);
        var first = accept(any);
        var second = first.open(sealed(ProtocolVersion.V2, TunnelName.NONE));
        assertThatIllegalStateException()
                .isThrownBy(() -> first.open(sealed(ProtocolVersion.V2, TunnelName.NONE)))
                .withMessage("this state of the handshake was left before");
        var third = second.answer(out);
        assertThatIllegalStateException().isThrownBy(() -> second.answer(out));
        second.close();
        refusal(() -> third.receive(Scene2.messageZero()));
        assertThatIllegalStateException().isThrownBy(() -> third.receive(Scene2.messageZero()));
        third.close();
        var closed = accept(any).open(sealed(ProtocolVersion.V2, TunnelName.NONE));
        closed.close();
        closed.close();
        assertThatIllegalStateException().isThrownBy(() -> closed.answer(out));
        var closedLater =
                accept(any).open(sealed(ProtocolVersion.V2, TunnelName.NONE)).answer(out);
        closedLater.close();
        closedLater.close();
        scene.assertNoSecretLeft();
        assertThatIllegalStateException().isThrownBy(() -> closedLater.receive(Scene2.messageZero()));
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

    @Test
    void aCallersMistakeDoesNotLeaveTheState() throws Exception {
        var first = accept(new Admission(scene.window, TunnelName.NONE));
        assertThatIllegalArgumentException().isThrownBy(() -> first.open(ByteBuffer.allocateDirect(511)));
        try (var second = first.open(sealed(ProtocolVersion.V2, TunnelName.NONE))) {
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
        ByteBuffer hi = sealed(ProtocolVersion.V2, TunnelName.NONE);
        scene.now -= 12;
        try (var hello = accept(new Admission(scene.window, TunnelName.NONE)).open(hi);
                var awaiting = hello.answer(out)) {
            assertThat(hello.clockDifferenceSeconds()).isEqualTo(12);
            assertThat(awaiting.clockDifferenceSeconds()).isEqualTo(12);
        }
        scene.now += 24;
        try (var hello = accept(new Admission(scene.window, TunnelName.NONE))
                .open(sealed(ProtocolVersion.V1, TunnelName.NONE))) {
            assertThat(hello.clockDifferenceSeconds()).isZero();
        }
    }

    @Test
    void wipesWhatItOpenedAndRefused() {
        Admission admission = new Admission(scene.window, NAME);
        for (ByteBuffer hi : List.of(
                sealed(ProtocolVersion.V2, OTHER),
                sealed(ProtocolVersion.V1, TunnelName.NONE),
                hi(ProtocolVersion.V2, 0, NAME))) {
            refuse(admission, hi);
            assertThat(hex(hi, 40, 472)).isEqualTo("00".repeat(472));
        }
    }

    @Test
    void noTwoAnswersShareAKey() throws Exception {
        Admission any = new Admission(scene.window, TunnelName.NONE);
        ByteBuffer second = Scene2.serverHi();
        accept(any)
                .open(sealed(ProtocolVersion.V2, TunnelName.NONE))
                .answer(out)
                .close();
        accept(any)
                .open(sealed(ProtocolVersion.V2, TunnelName.NONE))
                .answer(second)
                .close();
        assertThat(hex(out).substring(0, 48)).isNotEqualTo(hex(second).substring(0, 48));
        assertThat(Arrays.stream(hex(out).split("(?<=\\G.{16})")).distinct()).hasSize(2048 / 8);
    }

    private ServerHandshake.AwaitingClientHi accept(Admission admission) {
        return ServerHandshake.accept(scene.key, scene.context, admission);
    }

    private ByteBuffer sealed(ProtocolVersion version, TunnelName name) {
        ByteBuffer frame = frame();
        ClientHandshake.start(version, name, scene.key, scene.context, frame).close();
        return frame;
    }

    private HandshakeException refuse(Admission admission, ByteBuffer hi) {
        HandshakeException e = refusal(() -> accept(admission).open(hi));
        scene.assertNoSecretLeft();
        return e;
    }
}
