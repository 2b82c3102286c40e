package io.saltunnel.core.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.saltunnel.core.random.RandomSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineIdentityTest {

    private final InstantSource clock = InstantSource.fixed(Instant.ofEpochSecond(1_700_000_000, 5));
    private final RandomSource random = RandomSource.system();

    @TempDir
    Path folder;

    @Test
    void standsForMachineAndBoot() throws Exception {
        Path machine = Files.writeString(folder.resolve("machine"), "0123\n");
        Path boot = Files.writeString(folder.resolve("boot"), "4567\n");
        byte[] id = identity(machine, boot).id();
        assertThat(identity(machine, boot).id()).isEqualTo(id);
        assertThat(hex(id))
                .as("half a SHA-256 of label, machine and boot")
                .isEqualTo("17628c5c25cbbdef9e1a0813fff964ec");
        Files.writeString(boot, "4568\n");
        byte[] afterReboot = identity(machine, boot).id();
        Files.writeString(machine, "0124\n");
        assertThat(Set.of(hex(id), hex(afterReboot), hex(identity(machine, boot).id())))
                .hasSize(3);
    }

    @Test
    void isRandomWhereTheSystemHasNone() {
        Path nowhere = folder.resolve("nowhere");
        assertThat(identity(nowhere, nowhere).id())
                .isNotEqualTo(identity(nowhere, nowhere).id());
        ScriptedRandom scripted = new ScriptedRandom("42".repeat(16));
        assertThat(hex(MachineIdentity.ofFiles(clock, scripted, nowhere, nowhere)
                        .id()))
                .isEqualTo("42".repeat(16));
    }

    @Test
    void countsFromTheClock() {
        MachineIdentity identity = MachineIdentity.ofThisMachine(clock, random);
        assertThat(identity.nextCounter()).isEqualTo(1_700_000_000_000_000_005L);
        assertThat(identity.nextCounter()).isEqualTo(1_700_000_000_000_000_006L);
    }

    @Test
    void givesNoCounterTwice() {
        MachineIdentity identity = new MachineIdentity(new byte[16], 0);
        Set<Long> seen = ConcurrentHashMap.newKeySet();
        IntStream.range(0, 10_000).parallel().forEach(i -> seen.add(identity.nextCounter()));
        assertThat(seen).hasSize(10_000);
        assertThat(identity.nextCounter()).isEqualTo(10_000);
    }

    @Test
    void keepsItsIdToItself() {
        byte[] id = Scene.filled(16, 1);
        MachineIdentity identity = new MachineIdentity(id, 0);
        id[0] = 2;
        identity.id()[1] = 2;
        assertThat(identity.id()).isEqualTo(Scene.filled(16, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MachineIdentity(new byte[15], 0))
                .withMessage("machine id has 15 bytes, not 16");
    }

    private MachineIdentity identity(Path machine, Path boot) {
        return MachineIdentity.ofFiles(clock, random, machine, boot);
    }

    private static String hex(byte[] bytes) {
        return java.util.HexFormat.of().formatHex(bytes);
    }
}
