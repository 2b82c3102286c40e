package io.saltunnel.core.handshake;

import static io.saltunnel.core.handshake.HandshakeFailure.REPLAYED;
import static io.saltunnel.core.handshake.HandshakeFailure.STALE;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.saltunnel.core.key.LongTermKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes that follow one another, each with windows of its own, and a file between them. */
class ReplayFileTest {

    private static final long NOW = 1_700_000_000;
    private static final int CAPACITY = 100;

    @TempDir
    Path directory;

    private final LongTermKey key = LongTermKey.random();
    private final LongTermKey other = LongTermKey.random();
    private Path path;

    private Instant wallClock = Instant.ofEpochSecond(NOW);
    private long nanos = 5_000_000_000L;
    private String boot = "a";

    private StoredWindows.Clocks clocks() {
        return new StoredWindows.Clocks(() -> wallClock, () -> nanos, boot);
    }

    /** Its own windows. */
    private final class Run implements AutoCloseable {
        private final KeyWindows<ReplayWindow> windows = ReplayWindow.keyWindows();
        private final ReplayFile file;

        Run() throws IOException {
            this(CAPACITY);
        }

        Run(int capacity) throws IOException {
            file = ReplayFile.open(path, clocks(), capacity, windows);
        }

        ReplayWindow window(LongTermKey of) {
            return windows.window(of, () -> ReplayWindow.startingNow(() -> wallClock, () -> nanos, CAPACITY));
        }

        /** Empty if the hello is admitted. */
        Optional<HandshakeFailure> admit(LongTermKey of, long helloSeconds, long nonce) {
            ByteBuffer bytes = ByteBuffer.allocate(24).putLong(16, nonce);
            try {
                window(of).admit(wallClock.getEpochSecond(), helloSeconds, bytes, 0);
                return Optional.empty();
            } catch (HandshakeException e) {
                return Optional.of(e.failure());
            }
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    private void pass(Duration time) {
        wallClock = wallClock.plus(time);
        nanos += time.toNanos();
    }

    @BeforeEach
    void name() {
        path = directory.resolve("replays");
    }

    @AfterEach
    void closeKeys() {
        key.close();
        other.close();
    }

    @Test
    void theNextProcessAdmitsWhatWasSentMeanwhileAndNothingTwice() throws IOException {
        try (Run first = new Run()) {
            assertThat(first.file.found()).isEqualTo(FoundReplays.NOTHING);
            for (long nonce = 0; nonce < 20; nonce++) { // one nonce is zeros
                assertThat(first.admit(key, NOW + nonce % 3, nonce)).isEmpty();
            }
            assertThat(first.admit(other, NOW, 1)).isEmpty();
            pass(Duration.ofSeconds(10));
        }
        pass(Duration.ofSeconds(20));
        try (Run second = new Run()) {
            assertThat(second.file.found()).isEqualTo(FoundReplays.WINDOWS);
            for (long nonce = 0; nonce < 20; nonce++) {
                assertThat(second.admit(key, NOW + nonce % 3, nonce)).hasValue(REPLAYED);
            }
            assertThat(second.admit(other, NOW, 1)).hasValue(REPLAYED);
            assertThat(second.admit(other, NOW + 15, 2)).isEmpty(); // sent while no process ran
            assertThat(second.admit(key, NOW - 1, 99)).hasValue(STALE); // from before the first process
            assertThat(second.window(key).size()).isEqualTo(20);
        }
        try (Run third = new Run()) {
            assertThat(third.admit(other, NOW + 15, 2)).hasValue(REPLAYED);
            assertThat(third.admit(key, NOW + 2, 5)).hasValue(REPLAYED);
        }
    }

    @Test
    void aProcessThatDidNotEndInOrderLeavesNothing() throws IOException {
        new Run().close();
        try (Run killed = new Run()) {
            assertThat(killed.admit(key, NOW, 1)).isEmpty();
            assertThat(path).isEmptyFile();
            pass(Duration.ofSeconds(1));
            path = Files.copy(path, directory.resolve("as the next process finds it"));
        }
        try (Run next = new Run()) {
            assertThat(next.file.found()).isEqualTo(FoundReplays.NOTHING);
            assertThat(next.admit(key, NOW, 1)).hasValue(STALE);
        }
    }

    /** What was forgotten stays out, even below the start of the process. */
    @Test
    void theFloorGoesOn() throws IOException {
        try (Run first = new Run()) {
            assertThat(first.admit(key, NOW, 1)).isEmpty();
            assertThat(first.admit(key, NOW + 5, 2)).isEmpty();
            first.window(key).limit(1);
        }
        try (Run second = new Run()) {
            assertThat(second.admit(key, NOW, 1)).hasValue(STALE);
            assertThat(second.admit(key, NOW + 4, 3)).isEmpty();
            assertThat(second.admit(key, NOW + 5, 2)).hasValue(REPLAYED);
        }
    }

    @Test
    void theNewestAreTakenOverIfThereIsNoRoomForAll() throws IOException {
        try (Run first = new Run()) {
            for (int i = 0; i < 10; i++) {
                assertThat(first.admit(key, NOW + i, i)).isEmpty();
            }
        }
        try (Run second = new Run(4)) {
            assertThat(second.admit(key, NOW + 5, 5)).hasValue(STALE);
            assertThat(second.admit(key, NOW + 6, 6)).hasValue(REPLAYED);
            assertThat(second.window(key).size()).isEqualTo(4);
        }
    }

    /** However the keys are requested: the file has them in the order of their first requests. */
    @Test
    void theKeysShareTheRoomByAgeSoThatNoneIsShutOut() throws IOException {
        try (LongTermKey third = LongTermKey.random()) {
            try (Run first = new Run()) {
                for (LongTermKey each : new LongTermKey[] {other, third, key}) {
                    for (int i = 0; i < 20; i++) {
                        assertThat(first.admit(each, NOW + i, i)).isEmpty();
                    }
                }
                pass(Duration.ofSeconds(30));
            }
            try (Run second = new Run(48)) {
                for (LongTermKey each : new LongTermKey[] {key, other, third}) {
                    assertThat(second.window(each).size()).isEqualTo(16);
                    assertThat(second.window(each).floor()).isEqualTo(NOW + 4);
                    assertThat(second.admit(each, NOW + 19, 19)).hasValue(REPLAYED);
                    assertThat(second.admit(each, NOW + 4, 99)).isEmpty();
                }
                assertThat(second.window(key).size()).isEqualTo(17);
            }
        }
    }

    @Test
    void aKeyThatIsRequestedMakesNoneForgetWhoseServersMayStillStart() throws IOException {
        try (Run first = new Run()) {
            for (int i = 0; i < 40; i++) {
                assertThat(first.admit(other, NOW + 30, i)).isEmpty();
                assertThat(first.admit(key, NOW + 30, i)).isEmpty();
            }
        }
        try (Run second = new Run()) {
            second.window(key).limit(50); // a request, which leaves room for 25 nonces of keys that are gone
            try (LongTermKey third = LongTermKey.random()) {
                assertThat(second.admit(third, NOW + 30, 1)).isEmpty();
            }
            assertThat(second.admit(other, NOW + 30, 39)).hasValue(REPLAYED);
            assertThat(second.admit(other, NOW + 30, 40)).isEmpty();
        }
    }

    @Test
    void whatTheClockKeepsOutIsNotTakenOver() throws IOException {
        try (Run first = new Run()) {
            assertThat(first.admit(key, NOW, 1)).isEmpty();
            assertThat(first.admit(key, NOW + 1, 2)).isEmpty();
            pass(Duration.ofSeconds(3601));
        }
        try (Run second = new Run()) {
            assertThat(second.window(key).size()).isEqualTo(1);
            assertThat(second.window(key).floor()).isEqualTo(NOW + 1);
        }
    }

    /** It was an hour ahead when the first process started. */
    @Test
    void aClockThatIsSetBackLaterShutsNobodyOut() throws IOException {
        try (Run first = new Run()) {
            assertThat(first.admit(key, NOW, 1)).isEmpty();
            pass(Duration.ofSeconds(2));
        }
        try (Run second = new Run()) {
            assertThat(second.window(key).floor()).isEqualTo(NOW);
            wallClock = wallClock.minusSeconds(3600);
            assertThat(second.admit(key, NOW - 3598, 2)).isEmpty();
            assertThat(second.admit(key, NOW - 3599, 3)).hasValue(STALE);
            assertThat(second.admit(key, NOW, 1)).hasValue(REPLAYED);
        }
    }

    private void left() throws IOException {
        try (Run first = new Run()) {
            assertThat(first.admit(key, NOW, 1)).isEmpty();
        }
    }

    private void assertDamaged() throws IOException {
        try (Run next = new Run()) {
            assertThat(next.file.found()).isEqualTo(FoundReplays.DAMAGED);
            assertThat(path).isEmptyFile();
            assertThat(next.window(key).floor()).isEqualTo(wallClock.getEpochSecond());
            assertThat(next.window(key).size()).isZero();
        }
        try (Run after = new Run()) {
            assertThat(after.file.found()).isEqualTo(FoundReplays.WINDOWS);
        }
    }

    /** One client's clock is ahead. */
    private void leftByAClientAhead() throws IOException {
        try (Run first = new Run()) {
            assertThat(first.admit(key, NOW + 3000, 1)).isEmpty();
            assertThat(first.admit(key, NOW, 2)).isEmpty();
        }
    }

    private void assertNotBelieved(FoundReplays found) throws IOException {
        try (Run next = new Run()) {
            assertThat(next.file.found()).isEqualTo(found);
            assertThat(path).isEmptyFile();
            assertThat(next.window(key).floor()).isEqualTo(wallClock.getEpochSecond());
            assertThat(next.admit(key, wallClock.getEpochSecond() - 1, 3)).hasValue(STALE);
            assertThat(next.admit(key, NOW + 3000, 1)).hasValue(REPLAYED);
        }
        try (Run after = new Run()) {
            assertThat(after.file.found()).isEqualTo(FoundReplays.WINDOWS);
        }
    }

    /** A machine that has started since has another monotonic clock. */
    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 6_000_000_000L})
    void aFileFromBeforeTheMachineWasStartedIsNotBelieved(long nanosAfterwards) throws IOException {
        leftByAClientAhead();
        wallClock = wallClock.plusSeconds(60);
        nanos += nanosAfterwards;
        assertNotBelieved(FoundReplays.OTHER_CLOCK);
    }

    @Test
    void aMonotonicClockThatGoesBackIsAnotherOne() throws IOException {
        leftByAClientAhead();
        nanos--;
        assertNotBelieved(FoundReplays.OTHER_CLOCK);
    }

    @Test
    void theSystemTellsThatItWasStarted() throws IOException {
        leftByAClientAhead();
        pass(Duration.ofSeconds(1));
        boot = "b";
        assertNotBelieved(FoundReplays.OTHER_BOOT);
        boot = ""; // as in a service that can't see it
        try (Run next = new Run()) {
            assertThat(next.file.found()).isEqualTo(FoundReplays.WINDOWS);
        }
    }

    /** Another process without it may have admitted hellos since. */
    @Test
    void anOldFileIsNotBelieved() throws IOException {
        leftByAClientAhead();
        pass(StoredWindows.MAX_AGE);
        try (Run next = new Run()) {
            assertThat(next.file.found()).isEqualTo(FoundReplays.WINDOWS);
        }
        pass(StoredWindows.MAX_AGE.plusMillis(1));
        assertNotBelieved(FoundReplays.OLD);
    }

    @Test
    void everyByteThatIsChangedIsNoticed() throws IOException {
        left();
        byte[] whole = Files.readAllBytes(path);
        for (int i = 0; i < whole.length; i++) {
            byte[] changed = whole.clone();
            changed[i] ^= 4;
            Files.write(path, changed);
            if (i < "saltunnel-replay".length()) {
                assertForeign();
                assertThat(path).hasBinaryContent(changed);
            } else {
                assertDamaged();
            }
        }
    }

    @Test
    void anyOtherFileStaysAsItIs() throws IOException {
        for (byte[] content : new byte[][] {{7}, new byte[100_000], "saltunnel-replaz".getBytes(US_ASCII)}) {
            content[content.length - 1] = 7; // zeros alone may be what a power cut has left
            Files.write(path, content);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
            assertForeign();
            assertThat(path).hasBinaryContent(content);
        }
    }

    private void assertForeign() {
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(Run::new)
                .withMessage(path + ": it isn't a file of replays, and stays as it is; name a file that doesn't exist"
                        + " yet");
    }

    @Test
    void zerosAreDamage() throws IOException {
        for (int length : new int[] {1, 16, 200_000}) {
            Files.write(path, new byte[length]);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
            assertDamaged();
        }
    }

    @Test
    void everyCutIsNoticed() throws IOException {
        left();
        byte[] whole = Files.readAllBytes(path);
        for (int length = 1; length < whole.length; length++) {
            Files.write(path, Arrays.copyOf(whole, length));
            assertDamaged();
        }
        Files.write(path, Arrays.copyOf(whole, whole.length + 1));
        assertDamaged();
    }

    @Test
    void isForItsOwnerOnly() throws IOException {
        left();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        for (String permissions : new String[] {"rw--w----", "rw-----w-"}) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
            assertThatExceptionOfType(FileSystemException.class)
                    .isThrownBy(Run::new)
                    .withMessageContaining("other users may change it (" + permissions + "); use: chmod go-w " + path);
        }
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
        try (Run next = new Run()) {
            assertThat(next.file.found()).isEqualTo(FoundReplays.WINDOWS);
        }
    }

    /** A group could put a former file back. */
    @Test
    void nobodyElseMayReplaceIt() throws IOException {
        left();
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwx---"));
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(Run::new)
                .withMessageContaining("other users may put another file in its place, since directory "
                        + directory.toRealPath() + " is open to them (rwxrwx---)");
        assertThat(path).isNotEmptyFile();
        Files.setAttribute(directory, "unix:mode", 01777);
        try (Run next = new Run()) {
            assertThat(next.file.found()).isEqualTo(FoundReplays.WINDOWS);
        }
    }

    /** On POSIX systems, closing any descriptor of a file drops the locks of the process on it. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void theLockSurvivesAnAttemptToOpenItAgain() throws IOException {
        try (Run first = new Run()) {
            assertThatExceptionOfType(FileSystemException.class).isThrownBy(Run::new);
            assertThat(Files.readString(Path.of("/proc/locks")))
                    .contains(":" + Files.getAttribute(path, "unix:ino") + " ");
            assertThat(first.admit(key, NOW, 1)).isEmpty();
        }
    }

    @Test
    void oneProcessUsesItAtATime() throws IOException {
        try (Run first = new Run()) {
            assertThatExceptionOfType(FileSystemException.class)
                    .isThrownBy(Run::new)
                    .withMessageEndingWith("in use by this process already");
            assertThat(first.admit(key, NOW, 1)).isEmpty();
        }
        try (Run second = new Run()) {
            assertThat(second.admit(key, NOW, 1)).hasValue(REPLAYED);
        }
    }

    @Test
    void closingAgainDoesNothing() throws IOException {
        Run first = new Run();
        first.close();
        left();
        first.close();
        try (Run next = new Run()) {
            assertThat(next.admit(key, NOW, 1)).hasValue(REPLAYED);
        }
    }

    @Test
    void onlyARegularFileWillDo() throws IOException {
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> openAt(Files.createSymbolicLink(directory.resolve("link"), path)))
                .withMessageEndingWith("a symbolic link");
        assertThatExceptionOfType(FileSystemException.class).isThrownBy(() -> openAt(directory));
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> openAt(Path.of("/dev/null")))
                .withMessageEndingWith("not a regular file");
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> openAt(directory.resolve("missing/replays")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReplayFile.open(path, () -> wallClock, () -> nanos, 0))
                .withMessage("capacity 0");
        assertThat(path).doesNotExist();
    }

    private void openAt(Path elsewhere) throws IOException {
        ReplayFile.open(elsewhere, clocks(), CAPACITY, ReplayWindow.keyWindows())
                .close();
    }

    /** The file belongs to all servers of this process. */
    @Test
    void carriesTheWindowsOfThisProcess() throws Exception {
        ReplayWindow.of(key, () -> new ReplayWindow(NOW, CAPACITY)).admit(NOW, NOW, ByteBuffer.allocate(24), 0);
        ReplayFile.open(path, () -> wallClock, () -> nanos, CAPACITY).close();
        boot = ""; // it was written with the machine's own
        try (Run next = new Run(ReplayWindow.DEFAULT_CAPACITY)) {
            assertThat(next.admit(key, NOW, 0)).hasValue(REPLAYED);
        }
    }
}
