package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyCommandTest {

    private static final String TEXT =
            "0011-2233-4455-6677-8899-AABB-CCDD-EEFF-0123-4567-89AB-CDEF-FEDC-BA98-7654-3210";
    private static final byte[] BYTES = HexFormat.of().parseHex(TEXT.replace("-", ""));

    @TempDir
    private Path directory;

    @Test
    void generatesADifferentKeyEachTimeForItsOwnerOnlyAndSaysNothing() throws IOException {
        Path first = directory.resolve("first");
        Path second = directory.resolve("second");
        CommandRun run = CommandRun.of("key", "generate", first.toString());
        assertThat(run.exitCode()).isZero();
        assertThat(run.out() + run.err() + run.key()).isEmpty();
        assertThat(CommandRun.of("key", "generate", second.toString()).exitCode())
                .isZero();
        assertThat(Files.readAllBytes(first)).hasSize(32).isNotEqualTo(Files.readAllBytes(second));
        assertThat(Files.getPosixFilePermissions(first)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void neverOverwritesAKey() throws IOException {
        Path file = Files.write(directory.resolve("key"), BYTES);
        for (String command : new String[] {"generate", "import"}) {
            CommandRun run = CommandRun.withInput(TEXT, "key", command, file.toString());
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err())
                    .isEqualTo("saltunnel: key file " + file + " exists already, and is never overwritten"
                            + System.lineSeparator());
            assertThat(Files.readAllBytes(file)).isEqualTo(BYTES);
        }
    }

    @Test
    void importsWhatItExports() throws Exception {
        Path file = Files.write(directory.resolve("key"), BYTES);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        String checksum = "Checksum: "
                + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(BYTES))
                + System.lineSeparator();
        CommandRun export = CommandRun.of("key", "export", file.toString());
        assertThat(export.exitCode()).isZero();
        assertThat(export.key()).isEqualTo(TEXT + "\n");
        assertThat(export.out()).isEmpty();
        assertThat(export.err()).isEqualTo(checksum);

        Path copy = directory.resolve("copy");
        CommandRun imported = CommandRun.withInput(export.key(), "key", "import", copy.toString());
        assertThat(imported.exitCode()).isZero();
        assertThat(imported.err()).isEqualTo(checksum);
        assertThat(imported.out() + imported.key()).isEmpty();
        assertThat(Files.readAllBytes(copy)).isEqualTo(BYTES);
        assertThat(Files.getPosixFilePermissions(copy)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void showsTheFingerprintAndNothingOfTheKey() throws Exception {
        Path file = Files.write(directory.resolve("key"), BYTES);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        String checksum =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(BYTES));
        CommandRun run = CommandRun.of("key", "fingerprint", file.toString());
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEqualTo(checksum.substring(0, 8) + System.lineSeparator());
        assertThat(run.err() + run.key()).isEmpty();
    }

    @Test
    void promptsAPersonAndTakesOneLine() throws IOException {
        Path file = directory.resolve("key");
        CommandRun run = CommandRun.typed(TEXT.toLowerCase(Locale.ROOT) + "\n", "key", "import", file.toString());
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).startsWith("Key: Checksum: ");
        assertThat(Files.readAllBytes(file)).isEqualTo(BYTES);
    }

    @Test
    void tellsAPersonWhatIsMissingAndShowsNothingOfWhatIsTyped() throws IOException {
        Path file = directory.resolve("key");
        CommandRun run = CommandRun.typed("0011\n" + TEXT.substring(4) + "\n", "key", "import", file.toString());
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).startsWith("Key: 4 of 64 hexadecimal digits: 60 are missing. Type the rest: Checksum: ");
        assertThat(run.wasHidden()).isTrue();
        assertThat(Files.readAllBytes(file)).isEqualTo(BYTES);
    }

    @Test
    void theTerminalShowsWhatIsTypedAgainAfterAFault() {
        CommandRun run = CommandRun.typed(
                "no key\n", "key", "import", directory.resolve("key").toString());
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.wasHidden()).isTrue();
    }

    @Test
    void importsTheWordsThatItExports() throws IOException {
        Path file = Files.write(directory.resolve("key"), BYTES);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        CommandRun export = CommandRun.of("key", "export", "--words", file.toString());
        assertThat(export.exitCode()).isZero();
        assertThat(export.key().lines()).hasSize(4).allMatch(line -> line.matches("([a-z]{5} ){4}[a-z]{5}"));
        Path copy = directory.resolve("copy");
        CommandRun imported = CommandRun.typed(export.key(), "key", "import", copy.toString());
        assertThat(imported.exitCode()).isZero();
        assertThat(imported.err()).contains("15 of 20 words: 5 are missing").endsWith(export.err());
        assertThat(Files.readAllBytes(copy)).isEqualTo(BYTES);
    }

    @Test
    void drawsAQrCodeOnATerminalOnly() throws IOException {
        Path file = Files.write(directory.resolve("key"), BYTES);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        CommandRun onTerminal = CommandRun.typed("", "key", "export", "--qr", file.toString());
        assertThat(onTerminal.exitCode()).isZero();
        assertThat(new String(onTerminal.bytes(), StandardCharsets.UTF_8).lines())
                .hasSize(19);
        CommandRun intoFile = CommandRun.of("key", "export", "--qr", file.toString());
        assertThat(intoFile.exitCode()).isEqualTo(1);
        assertThat(intoFile.bytes()).isEmpty();
        assertThat(intoFile.err())
                .isEqualTo("saltunnel: a QR code is drawn on a terminal only, and standard output is none: leave out"
                        + " --qr for text" + System.lineSeparator());
        CommandRun both = CommandRun.typed("", "key", "export", "--qr", "--words", file.toString());
        assertThat(both.exitCode()).isEqualTo(2);
        assertThat(both.err()).contains("--words and --qr exclude each other: give one of them");
    }

    @Test
    void aDashStandsForTheStandardStreams() {
        String bytes = new String(BYTES, StandardCharsets.ISO_8859_1);
        assertThat(CommandRun.withInput(bytes, "key", "export", "-").key()).isEqualTo(TEXT + "\n");
        assertThat(CommandRun.withInput(bytes, "key", "fingerprint", "-").out()).hasSize(8 + 1);
        assertThat(CommandRun.withInput(TEXT, "key", "import", "-").bytes()).isEqualTo(BYTES);
        assertThat(CommandRun.of("key", "generate", "-").bytes()).hasSize(32);
        CommandRun tooLong = CommandRun.withInput(bytes + "x", "key", "export", "-");
        assertThat(tooLong.err())
                .isEqualTo("saltunnel: the input must have exactly 32 bytes, but has more" + System.lineSeparator());
        CommandRun tooShort = CommandRun.withInput("abc", "key", "export", "-");
        assertThat(tooShort.err())
                .isEqualTo("saltunnel: the input must have exactly 32 bytes, but has 3 bytes" + System.lineSeparator());
    }

    @Test
    void importsTheBytesOfAKeyFileWithTheSameChecksum() throws IOException {
        Path file = directory.resolve("key");
        String bytes = new String(BYTES, StandardCharsets.ISO_8859_1);
        CommandRun run = CommandRun.withInput(bytes, "key", "import", file.toString());
        assertThat(run.exitCode()).isZero();
        assertThat(run.err())
                .isEqualTo(CommandRun.withInput(TEXT, "key", "import", "-").err());
        assertThat(Files.readAllBytes(file)).isEqualTo(BYTES);
        assertThat(CommandRun.withInput(bytes, "key", "import", "-").bytes()).isEqualTo(BYTES);
        assertThat(CommandRun.withInput(bytes.substring(1), "key", "import", "-")
                        .exitCode())
                .isEqualTo(1);
    }

    @Test
    void leavesNoFileBehindWhenTheTextIsNotAKey() {
        Path file = directory.resolve("key");
        CommandRun run = CommandRun.withInput("00112233", "key", "import", file.toString());
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .isEqualTo(
                        "saltunnel: the key is too short: 8 hexadecimal digits instead of 64" + System.lineSeparator());
        assertThat(file).doesNotExist();
    }

    @Test
    void warnsOfAKeyThatOthersCanReadUnlessToldToBeQuiet() throws IOException {
        Path file = Files.write(directory.resolve("key"), BYTES);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        CommandRun run = CommandRun.of("key", "export", file.toString());
        assertThat(run.exitCode()).isZero();
        assertThat(run.firstErrorLine())
                .startsWith("saltunnel: warning: key file " + file + " is open to others (rw-r--r--)");
        assertThat(CommandRun.of("-q", "key", "export", file.toString()).firstErrorLine())
                .startsWith("Checksum: ");
    }
}
