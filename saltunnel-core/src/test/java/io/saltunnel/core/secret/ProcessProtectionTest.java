package io.saltunnel.core.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessProtectionTest {

    @ParameterizedTest
    @CsvSource({
        "0000000000004000, true",
        "000001ffffffffff, true",
        "8000000000004000, true",
        "ffffffffffffffff, true",
        "0000000000000000, false",
        "ffffffffffffbfff, false",
        "'', false",
        "xyz, false",
        "00000000000040001, false",
    })
    void readsTheEffectiveCapabilities(String capabilities, boolean mayLock) {
        String status =
                "Name:\tjava\nCapPrm:\tffffffffffffffff\nCapEff:\t" + capabilities + "\nCapBnd:\tffffffffffffffff\n";
        assertThat(ProcessProtection.hasCapability(status, 14)).isEqualTo(mayLock);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void protectsAProcessThatGoesOnWorking() throws Exception {
        assertThat(run(List.of(), ""))
                .contains("notDumpable=Result[done=true", "noCoreFile=Result[done=true", "a new thread ran")
                .containsPattern("Max core file size +0 +0 ");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void worksOnWithoutLocksWhereTheyAreNotAllowed() throws Exception {
        assertThat(run(limitedTo(64), ""))
                .contains("wholeProcessLocked=Result[done=false, reason=the limit for locked memory is 65536 bytes]")
                .contains("at first: MemoryLockStatus[lockedBytes=65536, unlockedBytes=0, limitBytes=65536")
                .contains("at most: MemoryLockStatus[lockedBytes=65536, unlockedBytes=1048576, limitBytes=65536")
                .contains("1114112 bytes are wanted, 65536 are allowed; raise the limit with `ulimit -l 1088`")
                .contains("with LockedRegion[1048576 bytes, not locked]")
                .contains("at last: MemoryLockStatus[lockedBytes=65536, unlockedBytes=0, limitBytes=65536");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void handsOutNoUnlockedMemoryWhereLocksAreRequired() throws Exception {
        assertThat(run(limitedTo(64), "require"))
                .contains("refused: 1048576 bytes of keys and plaintext are not locked")
                .contains("1114112 bytes are wanted, 65536 are allowed")
                .contains("at last: MemoryLockStatus[lockedBytes=65536, unlockedBytes=0, limitBytes=65536");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void worksOnWhereTheCLibraryIsOutOfReach() throws Exception {
        List<String> noNativePart = List.of(
                "env", "JAVA_TOOL_OPTIONS=-Djna.nounpack=true -Djna.nosys=true -Djna.boot.library.path=/missing");
        assertThat(run(noNativePart, ""))
                .contains("notDumpable=Result[done=false, reason=JNA does not load")
                .contains("at first: MemoryLockStatus[lockedBytes=0, unlockedBytes=65536, limitBytes=-1")
                .contains("locking is not available here (JNA does not load")
                .contains("with LockedRegion[1048576 bytes, not locked]")
                .contains("at last: MemoryLockStatus[lockedBytes=0, unlockedBytes=65536")
                .contains("a new thread ran");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void unpacksJnasLibraryWhereNobodyElseCanWrite(@TempDir Path directory) throws Exception {
        String output = run(List.of("sh", "-c", "umask 000 && exec \"$@\"", "sh"), "", "-Djava.io.tmpdir=" + directory);
        assertThat(output)
                .contains("notDumpable=Result[done=true")
                .containsPattern(
                        Pattern.quote(directory.toString()) + "/saltunnel-[0-9]+/jna[0-9]+\\.tmp \\(deleted\\)");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void saysWhatToDoWhereJnasLibraryCannotBeUnpacked() throws Exception {
        String output = run(
                List.of("env", "-u", "TMPDIR", "-u", "XDG_RUNTIME_DIR"),
                "",
                "-Djava.io.tmpdir=/missing",
                "-Duser.home=/missing");
        assertThat(output)
                .contains("notDumpable=Result[done=false, reason=JNA's library can't be unpacked: /missing can't be"
                        + " written to, or is mounted noexec; the Java option -Djna.tmpdir=DIRECTORY names another]")
                .contains("a new thread ran")
                .doesNotContain("\tat ");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aPrivateDirectoryIsItsOwnersOnly(@TempDir Path parent) throws Exception {
        Path directory = CLibrary.privateDirectory(parent.toString()).orElseThrow();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx------");
        assertThat(directory).isEmptyDirectory();
    }

    /** A limit that binds root too, which is otherwise exempt. */
    private static List<String> limitedTo(int kibibytes) throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -l " + kibibytes + " && exec \"$@\"", "sh"));
        if ((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0) {
            command.addAll(List.of("setpriv", "--bounding-set=-ipc_lock", "--inh-caps=-ipc_lock"));
        }
        return command;
    }

    private static String run(List<String> prefix, String argument, String... javaOptions)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(javaOptions));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ProtectedProcess.class.getName()));
        if (!argument.isEmpty()) {
            command.add(argument);
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    @Test
    void findsNoCapabilityWhereNoneIsListed() {
        assertThat(ProcessProtection.hasCapability("", 14)).isFalse();
    }
}
