package io.saltunnel.core.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.saltunnel.core.key.KeyFileAccess.Attributes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Which other users may choose the key. The user that runs the tests may be root or any other. */
@DisabledOnOs(OS.WINDOWS)
class KeyFileAccessTest {

    private static final int ROOT = 0;
    private static final int STRANGER = 54_321;

    @TempDir
    private Path top;

    private Path directory;
    private Path file;
    private int user;

    @BeforeEach
    void aKeyInADirectory() throws IOException {
        directory = Files.createDirectory(top.resolve("keys"));
        file = Files.createFile(directory.resolve("key"));
        user = Attributes.of(file).orElseThrow().owner();
        permit(directory, "rwx------");
    }

    @Test
    void trustsItsOwnUserAndRoot() throws IOException {
        assertThat(KeyFileAccess.of(user).check(file, owned(user, "rw-------"))).isEmpty();
        assertThat(KeyFileAccess.of(user).check(file, owned(ROOT, "rw-------"))).isEmpty();
    }

    @Test
    void aMountedSecretOfRootsGroupIsTaken() throws IOException {
        permit(directory, "rwxr-xr-x");
        assertThat(KeyFileAccess.of(user).check(file, owned(ROOT, ROOT, "r--r-----")))
                .isEmpty();
        assertThat(KeyFileAccess.of(user).check(file, owned(ROOT, ROOT, "r--r--r--")))
                .isPresent();
        assertRefused(
                owned(ROOT, ROOT, "rw-rw----"),
                "key file " + file + " may be changed by others (rw-rw----): anyone who replaces the key can read and"
                        + " forge all traffic; use: chmod 600 " + file);
    }

    @Test
    void aSecretOfRootsThatAContainersGroupMayReadIsWarnedOfAndTaken() throws IOException {
        permit(directory, "rwxr-xr-x");
        assertThat(KeyFileAccess.of(user).check(file, owned(ROOT, "r--r-----")).orElseThrow())
                .contains("is open to others (r--r-----)");
    }

    @Test
    void refusesAFileOfAnotherUsers() {
        assertRefused(
                owned(STRANGER, "rw-------"),
                "key file " + file + " belongs to user 54321, who may change it, and neither to root nor to this"
                        + " program's user " + user + "; use: chown " + user + " " + file);
    }

    @Test
    void refusesADirectoryThatEverybodyMayWriteTo() throws IOException {
        permit(directory, "rwxr-xrwx");
        assertRefused(
                owned(user, "rw-------"),
                "anyone may put another file in the place of key file " + file + ", since directory "
                        + directory.toRealPath() + " is open to all (rwxr-xrwx); use: chmod go-w "
                        + directory.toRealPath());
    }

    @Test
    void aStickyDirectoryIsSafe() throws IOException {
        Files.setAttribute(directory, "unix:mode", 01777);
        assertThat(KeyFileAccess.of(user).check(file, owned(user, "rw-------"))).isEmpty();
    }

    @Test
    void warnsOfADirectoryThatAGroupMayWriteTo() throws IOException {
        permit(directory, "rwxrwxr-x");
        assertThat(KeyFileAccess.of(user).check(file, owned(user, "rw-------")))
                .contains("a group may put another file in the place of key file " + file + ", since directory "
                        + directory.toRealPath() + " is open to it (rwxrwxr-x); use: chmod g-w "
                        + directory.toRealPath());
    }

    @Test
    void looksAtEveryDirectoryAbove() throws IOException {
        permit(top, "rwxrwxrwx");
        assertRefused(
                owned(user, "rw-------"),
                "anyone may put another file in the place of key file " + file + ", since directory " + top.toRealPath()
                        + " is open to all (rwxrwxrwx); use: chmod go-w " + top.toRealPath());
    }

    @Test
    void looksAtTheDirectoryOfALinkToo() throws IOException {
        Path open = Files.createDirectory(top.resolve("open"));
        permit(open, "rwxrwxrwx");
        Path link = Files.createSymbolicLink(open.resolve("link"), file);
        assertThatExceptionOfType(KeyFileException.class)
                .isThrownBy(() -> KeyFileAccess.of(user).check(link, owned(user, "rw-------")))
                .withMessageContaining("directory " + open.toRealPath() + " is open to all");
    }

    @Test
    void refusesADirectoryOfAnotherUsers() throws IOException {
        int other = user;
        int self = STRANGER;
        if (user == ROOT) { // all users trust root
            other = STRANGER;
            self = ROOT;
            Files.setAttribute(directory, "unix:uid", STRANGER);
        }
        int owner = other;
        int program = self;
        assertThatExceptionOfType(KeyFileException.class)
                .isThrownBy(() -> KeyFileAccess.of(program).check(file, owned(program, "rw-------")))
                .withMessageStartingWith("user " + owner + " may put another file in the place of key file " + file)
                .withMessageContaining("belongs to that user");
    }

    private static Attributes owned(int owner, String permissions) {
        return owned(owner, STRANGER, permissions);
    }

    private static Attributes owned(int owner, int group, String permissions) {
        return new Attributes(owner, group, false, PosixFilePermissions.fromString(permissions));
    }

    private void assertRefused(Attributes opened, String message) {
        assertThatExceptionOfType(KeyFileException.class)
                .isThrownBy(() -> KeyFileAccess.of(user).check(file, opened))
                .withMessage(message);
    }

    private static void permit(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }
}
