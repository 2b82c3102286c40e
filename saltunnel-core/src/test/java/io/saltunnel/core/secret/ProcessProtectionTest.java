package io.saltunnel.core.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
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

    /** A limit that binds root too, which is otherwise exempt. */
    private static List<String> limitedTo(int kibibytes) throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -l " + kibibytes + " && exec \"$@\"", "sh"));
        if ((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0) {
            command.addAll(List.of("setpriv", "--bounding-set=-ipc_lock", "--inh-caps=-ipc_lock"));
        }
        return command;
    }

    private static String run(List<String> prefix, String argument) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ProtectedProcess.class.getName()));
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
