package io.saltunnel.core.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeapShareTest {
    private static final long MIB = 1 << 20;

    @Test
    void isAnEighthOfTheHeap() {
        long usable = Runtime.getRuntime().maxMemory();
        assertThat(HeapShare.bytes()).isBetween(usable / 8, (usable + 16 * MIB) / 8);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 4, 8, 12, 31})
    void hellosTakeNoMoreThanASmallShare(long mebibytes) {
        long share = mebibytes * MIB;
        assertThat((long) HeapShare.hellos(share, 1) * ReplayWindow.MAX_BYTES_PER_HELLO)
                .isBetween(share / 9 * 8, share);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 16})
    void theWindowsOfAllKeysHaveOneShare(int keys) {
        long share = 16 * MIB;
        assertThat((long) keys * HeapShare.hellos(share, keys) * ReplayWindow.MAX_BYTES_PER_HELLO)
                .isBetween(share / 9 * 8, share);
    }

    @Test
    void limitsNothingFrom32MebibytesOn() {
        for (long share : new long[] {32 * MIB, 512 * MIB, Long.MAX_VALUE / 8}) {
            assertThat(HeapShare.hellos(share, 1)).isEqualTo(ReplayWindow.DEFAULT_CAPACITY);
        }
    }

    @Test
    void leavesAFewInAnyCase() {
        assertThat(HeapShare.hellos(1L, 1)).isEqualTo(64);
        assertThatIllegalArgumentException().isThrownBy(() -> HeapShare.hellos(0));
    }
}
