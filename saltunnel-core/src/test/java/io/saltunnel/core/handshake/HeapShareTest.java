package io.saltunnel.netty.internal.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.core.handshake.ReplayWindow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeapShareTest {
    private static final long MIB = 1 << 20;

    @ParameterizedTest
    @ValueSource(longs = {8, 16, 32, 64, 100, 255})
    void neitherTakesMoreThanAnEighthOfASmallHeap(long mebibytes) {
        long heap = mebibytes * MIB;
        assertThat((long) HeapShare.unauthenticated(heap) * HeapShare.BYTES_PER_PEER)
                .isBetween(heap / 9, heap / 8);
        assertThat((long) HeapShare.hellos(heap, 1) * ReplayWindow.MAX_BYTES_PER_HELLO)
                .isBetween(heap / 9, heap / 8);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 16})
    void theWindowsOfAllKeysShareAnEighth(int keys) {
        long heap = 128 * MIB;
        assertThat((long) keys * HeapShare.hellos(heap, keys) * ReplayWindow.MAX_BYTES_PER_HELLO)
                .isBetween(heap / 9, heap / 8);
    }

    @Test
    void limitsNothingFrom256MebibytesOn() {
        for (long heap : new long[] {256 * MIB, 4096 * MIB, Long.MAX_VALUE}) {
            assertThat(HeapShare.unauthenticated(heap)).isGreaterThanOrEqualTo(4096);
            assertThat(HeapShare.hellos(heap, 1)).isEqualTo(ReplayWindow.DEFAULT_CAPACITY);
        }
    }

    @Test
    void leavesAFewInAnyCase() {
        assertThat(HeapShare.unauthenticated(1)).isEqualTo(64);
        assertThat(HeapShare.hellos(1, 1)).isEqualTo(64);
    }
}
