package io.saltunnel.core.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Memory for secrets returns to the system when it is no longer needed, and leaves the totals. */
@EnabledOnOs(OS.LINUX)
class LockedRegionEndTest {
    /** More than all other tests of this process together hold. */
    private static final int LARGE = 32 << 20;

    private static final int SMALL = 1 << 20;

    @Test
    void givesItsPagesBackWhenClosedAndKeepsTheAddresses() throws IOException {
        LockedRegion region = LockedRegion.map(SMALL);
        long address = KernelView.addressOf(region.buffer());
        region.buffer().put(0, (byte) 1);
        assertThat(KernelView.isPresent(address)).isTrue();
        region.close();
        assertThat(KernelView.isPresent(address)).isFalse();
        assertThat(KernelView.flagsAt(address).orElseThrow()).doesNotContain("lo");
    }

    @Test
    void isInTheAccountsUntilClosed() {
        LockedRegion region = LockedRegion.map(LARGE);
        MemoryLockStatus open = MemoryLockStatus.ofProcess();
        assertThat(region.locked() ? open.lockedBytes() : open.unlockedBytes()).isGreaterThanOrEqualTo(LARGE);
        region.close();
        MemoryLockStatus closed = MemoryLockStatus.ofProcess();
        assertThat(closed.lockedBytes() + closed.unlockedBytes()).isBetween(0L, LARGE - 1L);
    }

    /** The collector decides when; this test asks it until it does. */
    @Test
    void isUnmappedWhenNobodyClosedItAndNobodyCanReachIt() throws IOException {
        long address = KernelView.addressOf(LockedRegion.map(LARGE).buffer());
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (isForSecrets(address)) {
            assertThat(deadline - System.nanoTime()).as("time to unmap it").isPositive();
            System.gc();
            Thread.onSpinWait(); // the cleaner runs on another thread
        }
        MemoryLockStatus status = MemoryLockStatus.ofProcess();
        assertThat(status.lockedBytes() + status.unlockedBytes()).isBetween(0L, LARGE - 1L);
    }

    /** Left out of dumps, unlike anything else that a Java process could map there afterwards. */
    private static boolean isForSecrets(long address) throws IOException {
        return KernelView.flagsAt(address).filter(flags -> flags.contains("dd")).isPresent();
    }

    @Test
    void locksNothingWhereNothingIsMapped() {
        assertThat(NativeMemory.lock(0, NativeMemory.pageSize())).isFalse();
    }

    @Test
    void wipesWithoutABuffer() {
        long address = NativeMemory.map(NativeMemory.pageSize());
        try {
            NativeMemory.buffer(address, 8).putLong(0, -1);
            NativeMemory.wipe(address, 8);
            assertThat(NativeMemory.buffer(address, 8).getLong(0)).isZero();
        } finally {
            NativeMemory.unmap(address, NativeMemory.pageSize());
        }
    }
}
