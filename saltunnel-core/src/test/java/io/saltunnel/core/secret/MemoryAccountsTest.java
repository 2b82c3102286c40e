package io.saltunnel.core.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * The reported figures about memory for secrets are true: how much there is, how much is locked, and how much may be.
 */
class MemoryAccountsTest {
    private static final int SLAB_BYTES = 64 * 1024;

    @Test
    void usesFreedSlotsAgain() {
        try (SecretMemory memory = SecretMemory.create()) {
            for (int i = 0; i < 5000; i++) {
                memory.allocate(64).close();
            }
            assertThat(total(memory.lockStatus())).isEqualTo(SLAB_BYTES);
        }
    }

    @Test
    void countsNothingAfterClosing() {
        SecretMemory memory = SecretMemory.create();
        memory.close();
        assertThat(total(memory.lockStatus())).isZero();
    }

    @Test
    void saysOfEachSlabWhetherItIsLocked() {
        try (SecretMemory memory = SecretMemory.create();
                LockedRegion alike = LockedRegion.map(SLAB_BYTES)) {
            assertThat(memory.lockStatus().lockedBytes()).isEqualTo(alike.locked() ? SLAB_BYTES : 0);
            assertThat(memory.lockStatus().unlockedBytes()).isEqualTo(alike.locked() ? 0 : SLAB_BYTES);
            assertThat(alike)
                    .hasToString("LockedRegion[65536 bytes, " + (alike.locked() ? "locked" : "not locked") + "]");
        }
    }

    @Test
    void knowsOfAllRegionsOfTheProcess() {
        try (SecretMemory one = SecretMemory.create();
                SecretMemory two = SecretMemory.create()) {
            long both = total(one.lockStatus()) + total(two.lockStatus());
            assertThat(total(MemoryLockStatus.ofProcess())).isGreaterThanOrEqualTo(both);
        }
    }

    /** Compared with the kernel's view of this process. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void knowsTheLimit() throws IOException {
        assertThat(NativeMemory.available()).isTrue();
        List<String> limits = Files.readAllLines(Path.of("/proc/self/limits"));
        String soft = limits.stream()
                .filter(line -> line.startsWith("Max locked memory"))
                .map(line ->
                        line.substring("Max locked memory".length()).strip().split("\\s+")[0])
                .findFirst()
                .orElseThrow();
        long expected = soft.equals("unlimited") ? MemoryLockStatus.NO_LIMIT : Long.parseLong(soft);
        assertThat(NativeMemory.lockLimit()).isEqualTo(expected);
        assertThat(MemoryLockStatus.of(0, 0).limitBytes()).isEqualTo(expected);
    }

    private static long total(MemoryLockStatus status) {
        return status.lockedBytes() + status.unlockedBytes();
    }
}
