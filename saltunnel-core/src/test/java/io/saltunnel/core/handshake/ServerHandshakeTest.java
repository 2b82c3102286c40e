package io.saltunnel.core.handshake;

import static io.saltunnel.core.Vectors.hex;
import static io.saltunnel.core.handshake.HandshakeFailure.BAD_TAG;
import static io.saltunnel.core.handshake.HandshakeFailure.FROM_FUTURE;
import static io.saltunnel.core.handshake.HandshakeFailure.IMPLAUSIBLE_TIME;
import static io.saltunnel.core.handshake.HandshakeFailure.NONZERO_PADDING;
import static io.saltunnel.core.handshake.HandshakeFailure.REPLAYED;
import static io.saltunnel.core.handshake.HandshakeFailure.STALE;
import static io.saltunnel.core.handshake.HandshakeFailure.WEAK_PUBLIC_KEY;
import static io.saltunnel.core.handshake.HandshakeFailure.WRONG_VERSION;
import static io.saltunnel.core.handshake.Scene.NOW;
import static io.saltunnel.core.handshake.Scene.bytes;
import static io.saltunnel.core.handshake.Scene.copy;
import static io.saltunnel.core.handshake.Scene.frame;
import static io.saltunnel.core.handshake.Scene.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.saltunnel.core.handshake.ServerHandshake.AdmittedHello;
import io.saltunnel.core.handshake.ServerHandshake.AwaitingClientHi;
import io.saltunnel.core.handshake.ServerHandshake.AwaitingMessageZero;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.wire.ClientHi;
import io.saltunnel.core.wire.Frame;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServerHandshakeTest {

    private final Scene scene = new Scene();
    private final ByteBuffer out = frame();

    @AfterEach
    void leavesNoSecret() {
        scene.close();
    }

    @Test
    void acceptsAClient() throws Exception {
        ByteBuffer clientHi = frame();
        try (var client = Scene.startVersion1(scene.key, scene.context, clientHi);
                var awaiting = Scene.answer(scene.accept(), clientHi, out)) {
            ByteBuffer message0 = frame();
            try (Session clientSession = client.receive(out, message0);
                    Session serverSession = awaiting.receive(message0)) {
                assertThat(clientSession.toString()).isEqualTo(serverSession.toString());
            }
        }
    }

    @Test
    void answersIntoTheFrameItReceived() throws Exception {
        ByteBuffer frame = frame();
        try (var client = Scene.startVersion1(scene.key, scene.context, frame);
                var awaiting = Scene.answer(scene.accept(), frame, frame);
                Session clientSession = client.receive(frame, frame);
                Session serverSession = awaiting.receive(frame)) {
            assertThat(clientSession).isNotSameAs(serverSession);
        }
    }

    @Test
    void usesTheFrameAtThePositionAndMovesNothing() throws Exception {
        ByteBuffer large = ByteBuffer.allocateDirect(3 * Frame.SIZE);
        ByteBuffer clientHi = large.duplicate().position(5).limit(5 + Frame.SIZE);
        ByteBuffer serverHi = large.duplicate().position(700);
        try (var client = Scene.startVersion1(scene.key, scene.context, clientHi);
                var awaiting = Scene.answer(scene.accept(), clientHi, serverHi);
                Session session = client.receive(serverHi, clientHi);
                Session other = awaiting.receive(clientHi)) {
            assertThat(session).isNotSameAs(other);
        }
        assertThat(clientHi.position()).isEqualTo(5);
        assertThat(clientHi.limit()).isEqualTo(5 + Frame.SIZE);
        assertThat(serverHi.position()).isEqualTo(700);
        assertThat(serverHi.limit()).isEqualTo(large.limit());
        assertThat(hex(large, 0, 5)).isEqualTo("00".repeat(5));
        assertThat(hex(large, 517, 183)).isEqualTo("00".repeat(183));
        assertThat(hex(large, 1212, 324)).isEqualTo("00".repeat(324));
    }

    @Test
    void anHourEitherWayIsTheLimit() throws Exception {
        for (long difference : new long[] {-3600, -1, 0, 1, 3600}) {
            try (var awaiting = Scene.answer(scene.accept(), scene.sealed(scene.hiAt(NOW + difference)), out)) {
                assertThat(awaiting.clockDifferenceSeconds()).isEqualTo(difference);
            }
        }
        for (long difference : new long[] {-86_400, -3601, 3601, 86_400}) {
            HandshakeException e = refuse(scene.sealed(scene.hiAt(NOW + difference)));
            assertThat(e.failure()).isEqualTo(difference < 0 ? STALE : FROM_FUTURE);
            assertThat(e.clockDifferenceSeconds()).isEqualTo(OptionalLong.of(difference));
        }
    }

    @Test
    void aTimeThatIsMoreThanADayOffIsNoTime() {
        for (long time : new long[] {NOW - 86_401, 0, NOW + 86_401, Long.MAX_VALUE, Long.MIN_VALUE, -1}) {
            assertIsNoTime(refuse(scene.sealed(scene.hiAt(time))));
        }
    }

    @Test
    void aServerHiThatIsSentBackIsNotTakenForAClientHiWithAWrongClock() throws Exception {
        Scene.startVersion1(scene.key, scene.context, out).close();
        Scene.answer(scene.accept(), out, out).close();
        assertIsNoTime(refuse(copy(out)));
    }

    private static void assertIsNoTime(HandshakeException refusal) {
        assertThat(refusal.failure()).isEqualTo(IMPLAUSIBLE_TIME);
        assertThat(refusal.clockDifferenceSeconds()).isEmpty();
        assertThat(refusal.getMessage()).as("no number").doesNotContainPattern("\\d");
    }

    @Test
    void saysByHowMuchAClockIsWrong() {
        assertThat(refuse(scene.sealed(scene.hiAt(NOW - 7200))))
                .hasMessage("clienthi refused: its time is 7200 s behind this machine's, and 3600 s are allowed;"
                        + " is a clock wrong?");
        assertThat(refuse(scene.sealed(scene.hiAt(NOW + 7200))))
                .hasMessage("clienthi refused: its time is 7200 s ahead of this machine's, and 3600 s are allowed;"
                        + " is a clock wrong?");
    }

    @Test
    void acceptsAHiOnce() throws Exception {
        ByteBuffer hi = scene.sealed(scene.hiAt(NOW));
        ByteBuffer replay = copy(hi);
        Scene.answer(scene.accept(), hi, out).close();
        scene.now = NOW + 10;
        HandshakeException e = refuse(replay);
        assertThat(e.failure()).isEqualTo(REPLAYED);
        assertThat(e.clockDifferenceSeconds()).isEqualTo(OptionalLong.of(-10));
        assertThat(e).hasMessage("clienthi refused: it was received before");
    }

    @Test
    void theSameContentUnderAnotherNonceIsAnotherHi() throws Exception {
        ClientHi hi = scene.hiAt(NOW);
        Scene.answer(scene.accept(), scene.sealed(hi), out).close();
        Scene.answer(scene.accept(), scene.sealed(hi), out).close();
        assertThat(scene.window.size()).isEqualTo(2);
    }

    @Test
    void refusesAnotherKey() {
        try (Scene other = new Scene("0001".repeat(16))) {
            HandshakeException e = refuse(other.sealed(other.hiAt(NOW)));
            assertThat(e.failure()).isEqualTo(BAD_TAG);
            assertThat(e.clockDifferenceSeconds()).isEmpty();
            assertThat(e)
                    .hasMessage("clienthi refused: it isn't sealed under our key: the peer has another key, or isn't"
                            + " a saltunnel peer");
        }
    }

    @Test
    void looksAtTagThenVersionThenZerosThenTimeThenReplayThenPublicKey() throws Exception {
        ByteBuffer weak = scene.sealed(Scene.hi(new byte[32], NOW));
        assertThat(refuse(copy(weak)).failure()).isEqualTo(WEAK_PUBLIC_KEY);
        assertThat(refuse(weak).failure()).isEqualTo(REPLAYED);
        ByteBuffer weakAndStale = scene.sealed(Scene.hi(new byte[32], 0));
        assertThat(refuse(copy(weakAndStale)).failure()).isEqualTo(IMPLAUSIBLE_TIME);
        ByteBuffer padded = scene.altered(weakAndStale, Frame.HELLO_PLAINTEXT - 1);
        assertThat(refuse(copy(padded)).failure()).isEqualTo(NONZERO_PADDING);
        ByteBuffer wrongVersion = scene.altered(padded, 7);
        assertThat(refuse(copy(wrongVersion)).failure()).isEqualTo(WRONG_VERSION);
        wrongVersion.put(30, (byte) ~wrongVersion.get(30));
        assertThat(refuse(wrongVersion).failure()).isEqualTo(BAD_TAG);
    }

    @Test
    void onlyAnAuthenticAndTimelyHiTakesUpMemory() {
        ByteBuffer hi = scene.sealed(scene.hiAt(NOW));
        refuse(scene.altered(copy(hi), 0));
        refuse(scene.altered(copy(hi), 471));
        refuse(scene.sealed(scene.hiAt(NOW - 3601)));
        hi.put(511, (byte) ~hi.get(511));
        refuse(hi);
        assertThat(scene.window.size()).isZero();
    }

    @Test
    void everyBitOfAHiCounts() {
        ByteBuffer hi = scene.sealed(scene.hiAt(NOW));
        for (int bit = 0; bit < 8 * Frame.SIZE; bit++) {
            ByteBuffer flipped = copy(hi);
            flipped.put(bit / 8, (byte) (flipped.get(bit / 8) ^ 1 << bit % 8));
            byte[] before = bytes(flipped);
            assertThat(refuse(flipped).failure()).isEqualTo(BAD_TAG);
            assertThat(bytes(flipped)).as("left as it was").isEqualTo(before);
        }
    }

    @Test
    void makesNoSecretBeforeAHiIsAdmitted() {
        HandshakeContext context = scene.context(target -> {
            throw new AssertionError("asked for random bytes");
        });
        ByteBuffer admitted = scene.sealed(scene.hiAt(NOW));
        for (ByteBuffer hi : List.of(frame(), scene.altered(copy(admitted), 0), scene.sealed(scene.hiAt(0)))) {
            var awaiting = ServerHandshake.accept(scene.key, context, scene.version1());
            refusal(() -> Scene.answer(awaiting, hi, out));
        }
        var awaiting = ServerHandshake.accept(scene.key, context, scene.version1());
        assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> Scene.answer(awaiting, admitted, out));
    }

    @Test
    void wipesWhatItOpened() throws Exception {
        ByteBuffer good = scene.sealed(scene.hiAt(NOW));
        ByteBuffer stale = scene.sealed(scene.hiAt(0));
        ByteBuffer malformed = scene.altered(copy(good), 0);
        Scene.answer(scene.accept(), good, out).close();
        refuse(stale);
        refuse(malformed);
        for (ByteBuffer frame : List.of(good, stale, malformed)) {
            assertThat(hex(frame, 40, 472)).isEqualTo("00".repeat(472));
        }
    }

    @Test
    void aBrokenRandomSourceLeavesNothingBehind() {
        for (int pieces = 0; pieces < 2; pieces++) {
            ByteBuffer dirty = Scene.copy(ByteBuffer.wrap(Scene.filled(512, 0xff)));
            var awaiting = ServerHandshake.accept(scene.key, scene.contextThatFailsAfter(pieces), scene.version1());
            ByteBuffer hi = scene.sealed(scene.hiAt(NOW));
            assertThatExceptionOfType(Scene.BrokenRandom.class).isThrownBy(() -> Scene.answer(awaiting, hi, dirty));
            assertThat(hex(dirty)).isEqualTo((pieces == 0 ? "ff" : "00").repeat(512));
            scene.assertNoSecretLeft();
        }
    }

    @Test
    void everyBitOfMessageZeroCounts() throws Exception {
        ByteBuffer clientHi = frame();
        ByteBuffer message0 = frame();
        // Each bit takes a separate handshake; this step visits every eighth byte, and all bits of a byte in turn.
        for (int bit = 0; bit < 8 * Frame.SIZE; bit += 61) {
            try (var client = Scene.startVersion1(scene.key, scene.context, clientHi);
                    var awaiting = Scene.answer(server(), clientHi, out);
                    Session session = client.receive(out, message0)) {
                assertThat(session).isNotNull();
                message0.put(bit / 8, (byte) (message0.get(bit / 8) ^ 1 << bit % 8));
                byte[] before = bytes(message0);
                HandshakeException e = refusal(() -> awaiting.receive(message0));
                assertThat(e.failure()).isEqualTo(BAD_TAG);
                assertThat(e).hasMessageStartingWith("message0 refused: ");
                assertThat(bytes(message0)).as("left as it was").isEqualTo(before);
            }
        }
    }

    @Test
    void messageZeroOfAnotherConnectionIsRefused() throws Exception {
        ByteBuffer clientHi = frame();
        ByteBuffer message0 = frame();
        try (var client = Scene.startVersion1(scene.key, scene.context, clientHi);
                var awaiting = Scene.answer(scene.accept(), clientHi, out);
                Session session = client.receive(out, message0);
                var other = Scene.answer(scene.accept(), scene.sealed(scene.hiAt(NOW)), out)) {
            assertThat(session).isNotNull();
            assertThat(awaiting).isNotNull();
            assertThat(refusal(() -> other.receive(message0)).failure()).isEqualTo(BAD_TAG);
        }
    }

    @Test
    void messageZeroHasToBeZeros() throws Exception {
        ByteBuffer clientHi = frame();
        ByteBuffer message0 = frame();
        String serversSecret = "07".repeat(32);
        try (EphemeralKeyPair clients = EphemeralKeyPair.generate(RandomSource.system(), scene.memory);
                EphemeralKeyPair servers = EphemeralKeyPair.generate(new ScriptedRandom(serversSecret), scene.memory);
                var keys = clients.agree(servers.publicKey()).orElseThrow()) {
            HandshakeContext context = scene.context(new ScriptedRandom(serversSecret, "00".repeat(Frame.NONCE24)));
            clientHi.put(0, scene.sealed(Scene.hi(clients.publicKey(), NOW)), 0, Frame.SIZE);
            var awaiting = Scene.answer(ServerHandshake.accept(scene.key, context, scene.version1()), clientHi, out);
            message0.put(100, (byte) 1);
            scene.box.seal24(keys.bytes(), 0, frame(), 0, message0, 0, Frame.MESSAGE0_PLAINTEXT);
            assertThat(refusal(() -> awaiting.receive(message0)).failure()).isEqualTo(NONZERO_PADDING);
            assertThat(hex(message0, 16, 496)).isEqualTo("00".repeat(496));
        }
    }

    @Test
    void eachStateIsLeftOnce() throws Exception {
        AwaitingClientHi first = scene.accept();
        AwaitingMessageZero second = Scene.answer(first, scene.sealed(scene.hiAt(NOW)), out);
        assertThatIllegalStateException().isThrownBy(() -> Scene.answer(first, scene.sealed(scene.hiAt(NOW)), out));
        refusal(() -> second.receive(frame()));
        assertThatIllegalStateException()
                .isThrownBy(() -> second.receive(frame()))
                .withMessage("this state of the handshake was left before");
    }

    @Test
    void aRefusedOrClosedStateIsLeft() throws Exception {
        AwaitingClientHi refused = scene.accept();
        refusal(() -> Scene.answer(refused, frame(), out));
        assertThatIllegalStateException().isThrownBy(() -> Scene.answer(refused, frame(), out));
        AwaitingClientHi closed = scene.accept();
        closed.close();
        closed.close();
        assertThatIllegalStateException().isThrownBy(() -> Scene.answer(closed, frame(), out));
        AwaitingMessageZero closedLater = Scene.answer(scene.accept(), scene.sealed(scene.hiAt(NOW)), out);
        closedLater.close();
        closedLater.close();
        scene.assertNoSecretLeft();
        assertThatIllegalStateException().isThrownBy(() -> closedLater.receive(frame()));
    }

    @Test
    void closingAStateThatWentOnLeavesWhatFollowsAlone() throws Exception {
        ByteBuffer clientHi = frame();
        ByteBuffer message0 = frame();
        var client = Scene.startVersion1(scene.key, scene.context, clientHi);
        AwaitingClientHi first = scene.accept();
        AwaitingMessageZero second = Scene.answer(first, clientHi, out);
        first.close();
        Session clientSession = client.receive(out, message0);
        client.close();
        Session serverSession = second.receive(message0);
        second.close();
        assertThat(clientSession).hasToString("Session[SessionKeys[SecretBytes[64 bytes]]]");
        assertThat(serverSession).hasToString("Session[SessionKeys[SecretBytes[64 bytes]]]");
        clientSession.close();
        serverSession.close();
    }

    @Test
    void aCallersMistakeDoesNotLeaveTheState() throws Exception {
        AwaitingClientHi first = scene.accept();
        ByteBuffer hi = scene.sealed(scene.hiAt(NOW));
        ByteBuffer small = ByteBuffer.allocateDirect(511);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Scene.answer(first, small, out))
                .withMessage("a frame has 512 bytes, and there are 511");
        assertThatIllegalArgumentException().isThrownBy(() -> Scene.answer(first, hi.asReadOnlyBuffer(), out));
        AdmittedHello hello = first.open(hi);
        assertThatIllegalArgumentException().isThrownBy(() -> hello.answer(small));
        assertThatIllegalArgumentException().isThrownBy(() -> hello.answer(out.asReadOnlyBuffer()));
        try (AwaitingMessageZero second = hello.answer(out)) {
            assertThatIllegalArgumentException().isThrownBy(() -> second.receive(small));
            refusal(() -> second.receive(frame()));
        }
    }

    private AwaitingClientHi server() {
        return ServerHandshake.accept(
                scene.key,
                scene.context,
                new Admission(new ReplayWindow(0, 1), TunnelName.NONE, AcceptedVersions.ONLY_V1));
    }

    private HandshakeException refuse(ByteBuffer clientHi) {
        ByteBuffer untouched = frame();
        HandshakeException e = refusal(() -> Scene.answer(scene.accept(), clientHi, untouched));
        assertThat(hex(untouched)).isEqualTo("00".repeat(512));
        scene.assertNoSecretLeft();
        return e;
    }
}
