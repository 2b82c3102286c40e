package io.saltunnel.core.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisabledOnOs(OS.WINDOWS)
class KeyFileTest {

    private static final byte[] KEY = key();

    private final SecretMemory memory = SecretMemory.create();

    @TempDir
    private Path directory;

    @AfterEach
    void nothingIsLeftOpen() {
        assertThat(memory.liveSecrets()).isZero();
        memory.close();
    }

    @Test
    void createsAFileForItsOwnerOnlyAndLoadsItWithoutWarning() throws IOException {
        Path file = directory.resolve("key");
        try (LongTermKey key = LongTermKey.random(RandomSource.system(), memory)) {
            KeyFile.create(file, key);
            assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
            assertThat(Files.size(file)).isEqualTo(32);
            KeyFile.Loaded loaded = KeyFile.load(file, memory);
            try (LongTermKey again = loaded.key()) {
                assertThat(again.bytes().buffer()).isEqualTo(key.bytes().buffer());
                assertThat(loaded.warning()).isEmpty();
            }
            LongTermKey.load(file, memory).close();
        }
    }

    @Test
    void loadsAKeyThatEndsWithItsMemory() throws IOException {
        Path file = directory.resolve("key");
        try (LongTermKey key = LongTermKey.random()) {
            KeyFile.create(file, key);
            LongTermKey loaded = LongTermKey.load(file);
            assertThat(loaded.bytes().buffer()).isEqualTo(key.bytes().buffer());
            assertThat(loaded.memory()).isNotSameAs(key.memory());
            loaded.close();
            assertThatIllegalStateException().isThrownBy(() -> loaded.memory().allocate(1));
        }
        assertThatExceptionOfType(KeyFileException.class).isThrownBy(() -> KeyFile.load(directory.resolve("none")));
    }

    /** A file of zeros would be a key that everybody knows. */
    @Test
    void leavesNoFileBehindWhenTheKeyIsClosed() {
        LongTermKey key = LongTermKey.random();
        key.close();
        Path file = directory.resolve("key");
        assertThatIllegalStateException().isThrownBy(() -> KeyFile.create(file, key));
        assertThat(file).doesNotExist();
    }

    @Test
    void neverOverwrites() throws IOException {
        Path file = Files.writeString(directory.resolve("key"), "precious");
        assertCreateFails(file, "key file " + file + " exists already, and is never overwritten");
        assertThat(file).hasContent("precious");
    }

    @Test
    void takesALinkToNowhereForAnExistingFile() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("nowhere"));
        assertCreateFails(link, "key file " + link + " exists already, and is never overwritten");
        assertThat(directory.resolve("nowhere")).doesNotExist();
    }

    @Test
    void leavesNoPartOfAFileBehindWhenWritingFails() {
        Path file = directory.resolve("key");
        assertThatExceptionOfType(KeyFileException.class)
                .isThrownBy(() -> KeyFile.create(file, channel -> {
                    channel.write(ByteBuffer.allocate(5));
                    throw new IOException("No space left on device");
                }))
                .withMessage("cannot write key file " + file + ": No space left on device");
        assertThat(file).doesNotExist();
    }

    @Test
    void needsADirectoryToCreateAFileIn() {
        Path file = directory.resolve("missing/key");
        assertCreateFails(file, "cannot create key file " + file + ": its directory does not exist");
    }

    @Test
    void namesAMissingFile() {
        Path file = directory.resolve("missing");
        assertLoadFails(file, "key file " + file + " does not exist");
    }

    @Test
    void namesADirectory() {
        assertLoadFails(directory, "key file " + directory + " is a directory");
    }

    @Test
    void namesAFileThatMayNotBeRead() throws IOException {
        Path file = Files.write(directory.resolve("key"), new byte[32]);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("-w-------"));
        String message = "cannot read key file " + file + ": permission denied";
        if (Files.isReadable(file)) {
            // Root may read everything, so this checks how the system's refusal would be reported.
            assertThat(OpenFile.Posix.failure(file, 13)).hasMessage(message);
        } else {
            assertLoadFails(file, message);
        }
    }

    @Test
    void passesOnTheSystemsReasonForAnythingElse() throws IOException {
        Path file = Files.write(directory.resolve("key"), new byte[32]).resolve("below-a-file");
        assertThatExceptionOfType(KeyFileException.class)
                .isThrownBy(() -> KeyFile.load(file, memory))
                .withMessage("cannot read key file " + file + ": Not a directory");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 31})
    void refusesAFileThatIsTooShort(int length) throws IOException {
        Path file = Files.write(directory.resolve("key"), new byte[length]);
        assertLoadFails(file, "key file " + file + " must have exactly 32 bytes, but has " + length + " bytes");
    }

    @ParameterizedTest
    @ValueSource(ints = {33, 64, 100_000})
    void refusesAFileThatIsTooLong(int length) throws IOException {
        Path file = Files.write(directory.resolve("key"), new byte[length]);
        assertLoadFails(file, "key file " + file + " must have exactly 32 bytes, but has more");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw--w----", "rw-----w-", "rwxrwxrwx", "r--rw-r--"})
    void refusesAFileThatOthersMayChange(String permissions) throws IOException {
        Path file = Files.write(directory.resolve("key"), KEY);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        assertLoadFails(
                file,
                "key file " + file + " may be changed by others (" + permissions
                        + "): anyone who replaces the key can read and forge all traffic; use: chmod 600 " + file);
    }

    @Test
    void refusesAFileOfTheSameByteOverAndOver() throws IOException {
        for (int octet : new int[] {0, 1, 0xff}) {
            byte[] constant = new byte[32];
            Arrays.fill(constant, (byte) octet);
            Path file = Files.write(directory.resolve("key-" + octet), constant);
            assertLoadFails(
                    file,
                    "key file " + file + " holds the same byte 32 times, which is no key; use: saltunnel key generate"
                            + " <another file>");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw----r--", "r--r--r--"})
    void warnsOfAFileThatOthersMayRead(String permissions) throws IOException {
        Path file = Files.write(directory.resolve("key"), KEY);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        KeyFile.Loaded loaded = KeyFile.load(file, memory);
        loaded.key().close();
        assertThat(loaded.warning().orElseThrow())
                .contains(permissions, "chmod 600 " + file)
                .doesNotContain("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"r--------", "rw-------", "rwx------", "rwx--x--x"})
    void hasNoWarningForAFileThatOthersMayNotRead(String permissions) throws IOException {
        Path file = Files.write(directory.resolve("key"), KEY);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        KeyFile.Loaded loaded = KeyFile.load(file, memory);
        loaded.key().close();
        assertThat(loaded.warning()).isEmpty();
    }

    @Test
    void followsLinksAndWarnsOfThePermissionsOfWhatTheyLeadTo() throws IOException {
        Path file = Files.write(directory.resolve("key"), KEY);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("key"));
        KeyFile.Loaded loaded = KeyFile.load(link, memory);
        try (LongTermKey key = loaded.key()) {
            assertThat(key.bytes().buffer()).isEqualTo(ByteBuffer.wrap(KEY));
            assertThat(loaded.warning()).isEmpty();
        }
    }

    @Test
    void worksWithoutTheCLibraryToo() throws IOException {
        Path file = Files.write(directory.resolve("key"), new byte[32]);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        ByteBuffer read = ByteBuffer.allocateDirect(40);
        try (OpenFile opened = OpenFile.Portable.openPortable(file)) {
            assertThat(opened.read(read)).isEqualTo(32);
            assertThat(opened.read(read)).isEqualTo(-1);
            assertThat(opened.checkAccess().orElseThrow()).contains("rw-r--r--");
        }
        Path missing = directory.resolve("missing");
        assertThatExceptionOfType(KeyFileException.class)
                .isThrownBy(() -> OpenFile.Portable.openPortable(missing))
                .withMessage("key file " + missing + " does not exist");
        assertThatExceptionOfType(KeyFileException.class)
                .isThrownBy(() -> OpenFile.Portable.openPortable(directory))
                .withMessage("key file " + directory + " is a directory");
    }

    private static byte[] key() {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) 9);
        bytes[31] = 8;
        return bytes;
    }

    private void assertLoadFails(Path file, String message) {
        assertThatExceptionOfType(KeyFileException.class)
                .isThrownBy(() -> KeyFile.load(file, memory))
                .withMessage(message);
    }

    private void assertCreateFails(Path file, String message) {
        try (LongTermKey key = LongTermKey.random(RandomSource.system(), memory)) {
            assertThatExceptionOfType(KeyFileException.class)
                    .isThrownBy(() -> KeyFile.create(file, key))
                    .withMessage(message);
        }
    }
}
