package io.saltunnel.core.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.core.wire.ProtocolVersion;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a server asks a memory that others share, and what its own window still refuses by itself. */
class ReplayQuestionTest {

    private static final long NOW = Scene.NOW;

    private final Scene scene = new Scene();

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void aServerWithoutSharedMemoryHasNoQuestion() throws Exception {
        ReplayWindows alone = ReplayWindows.of(scene.window);
        try (var hello = accept(scene, alone).open(scene.sealed(ProtocolVersion.V2, TunnelName.NONE))) {
            assertThat(hello.replayQuestion()).isEmpty();
        }
    }

    @Test
    void serversWithTheKeyAskTheSameAboutAHello() throws Exception {
        for (ProtocolVersion version : ProtocolVersion.values()) {
            ByteBuffer hi = scene.sealed(version, TunnelName.NONE);
            ByteBuffer other = scene.sealed(version, TunnelName.NONE);
            byte[] identity = question(scene, Scene.copy(hi), NOW - 10_000).identity();
            assertThat(identity).hasSize(ReplayQuestion.IDENTITY_BYTES);
            assertThat(question(scene, Scene.copy(hi), NOW - 10_000).identity()).isEqualTo(identity);
            assertThat(question(scene, other, NOW - 10_000).identity()).isNotEqualTo(identity);
        }
    }

    /** Otherwise the store could find the hello in a recording, or a hello of one key could keep out one of another. */
    @Test
    void theIdentityDependsOnTheKey() {
        ByteBuffer nonce = ByteBuffer.allocateDirect(24);
        try (Scene another = new Scene("fe01".repeat(16))) {
            byte[] one =
                    ReplayQuestion.about(scene.key, nonce, 0, Optional.empty()).identity();
            assertThat(ReplayQuestion.about(another.key, nonce, 0, Optional.empty())
                            .identity())
                    .isNotEqualTo(one);
            // D("saltunnel replay identity", K, nonce), computed by Python's hashlib
            assertThat(one).isEqualTo(Scene.parse("8c038ad631c534966db6ca74d0f262a1"));
        }
    }

    @Test
    void isRememberedUntilNoServerAcceptsItsTime() {
        ByteBuffer nonce = ByteBuffer.allocateDirect(24);
        assertThat(ReplayQuestion.about(scene.key, nonce, 0, Optional.empty()).memorableFor())
                .isEqualTo(Duration.ofMinutes(70));
        assertThat(ReplayQuestion.about(scene.key, nonce, -3600, Optional.empty())
                        .memorableFor())
                .isEqualTo(Duration.ofMinutes(10));
        assertThat(ReplayQuestion.about(scene.key, nonce, 3600, Optional.empty())
                        .memorableFor())
                .isEqualTo(Duration.ofMinutes(130));
    }

    @Test
    void aHelloFromBeforeTheStartIsAQuestionAndNotRefused() throws Exception {
        ByteBuffer hi = scene.sealed(ProtocolVersion.V2, TunnelName.NONE);
        ReplayQuestion question = question(scene, hi, NOW + 1);
        assertThat(question.doubt().orElseThrow().failure()).isEqualTo(HandshakeFailure.STALE);
        assertThat(question.replayed().failure()).isEqualTo(HandshakeFailure.REPLAYED);
        assertThat(question(scene, scene.sealed(ProtocolVersion.V2, TunnelName.NONE), NOW)
                        .doubt())
                .isEmpty();
    }

    @Test
    void aReplayThatTheWindowKnowsIsRefusedWithoutAQuestion() throws Exception {
        ReplayWindows windows = ReplayWindows.of(new ReplayWindow(NOW + 1, 10)).inFrontOfSharedMemory();
        ByteBuffer hi = scene.sealed(ProtocolVersion.V2, TunnelName.NONE);
        accept(scene, windows).open(Scene.copy(hi)).close();
        assertThat(Scene.refusal(() -> accept(scene, windows).open(Scene.copy(hi)))
                        .failure())
                .isEqualTo(HandshakeFailure.REPLAYED);
    }

    @Test
    void aHelloThatTheClockExcludesIsRefusedWithoutAQuestion() {
        ReplayWindows windows = ReplayWindows.of(scene.window).inFrontOfSharedMemory();
        ByteBuffer hi = scene.sealed(ProtocolVersion.V2, TunnelName.NONE);
        scene.now = NOW + 3601;
        assertThat(Scene.refusal(() -> accept(scene, windows).open(hi)).failure())
                .isEqualTo(HandshakeFailure.STALE);
        assertThat(windows.size()).isZero();
    }

    /** The shared memory knows what this one forgets. If it can't be asked, the floor still counts. */
    @Test
    void aFullWindowInFrontAdmitsWithDoubtWhatItCouldHaveForgotten() throws Exception {
        ReplayWindow full = new ReplayWindow(NOW - 10_000, 2);
        assertThat(inFront(full, NOW - 5, 1)).isEmpty();
        assertThat(inFront(full, NOW, 2)).isEmpty();
        assertThat(inFront(full, NOW, 3)).isEmpty();
        assertThat(full.floor()).isEqualTo(NOW - 4);
        assertThat(inFront(full, NOW - 5, 4)).isPresent();
        assertThat(inFront(full, NOW - 5, 4)).as("forgotten, not refused").isPresent();
        assertThat(inFront(full, NOW - 900, 5)).isPresent();
        assertThat(full.floor()).as("never falls").isEqualTo(NOW - 4);
        assertThat(full.size()).isEqualTo(2);
        assertThat(Scene.refusal(() -> inFront(full, NOW, 3)).failure()).isEqualTo(HandshakeFailure.REPLAYED);
        assertThat(Scene.refusal(() -> full.admit(NOW, NOW - 5, nonce(6), 0)).failure())
                .isEqualTo(HandshakeFailure.STALE);
    }

    private static Optional<HandshakeException> inFront(ReplayWindow window, long helloSeconds, int nonce)
            throws HandshakeException {
        return window.admitInFront(NOW, helloSeconds, nonce(nonce), 0);
    }

    private static ByteBuffer nonce(int number) {
        return ByteBuffer.allocate(24).putInt(0, number);
    }

    private static ReplayQuestion question(Scene scene, ByteBuffer hi, long floor) throws HandshakeException {
        ReplayWindows windows = ReplayWindows.of(new ReplayWindow(floor, 10)).inFrontOfSharedMemory();
        try (var hello = accept(scene, windows).open(hi)) {
            return hello.replayQuestion().orElseThrow();
        }
    }

    private static ServerHandshake.AwaitingClientHi accept(Scene scene, ReplayWindows windows) {
        return scene.accept(new Admission(windows, TunnelName.NONE, AcceptedVersions.ANY));
    }
}
