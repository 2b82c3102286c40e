package io.saltunnel.netty.internal.admission;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PeerCapacityTest {
    private static final long MIB = 1 << 20;

    @Test
    void peersTakeNoMoreThanAShare() {
        for (long share : new long[] {MIB, 4 * MIB, 31 * MIB}) {
            assertThat((long) PeerCapacity.of(share) * PeerCapacity.BYTES_PER_PEER)
                    .isBetween(share / 9 * 8, share);
        }
    }

    @Test
    void areSomeThousandsFrom32MebibytesOnAndAFewInAnyCase() {
        assertThat(PeerCapacity.of(32 * MIB)).isEqualTo(4096);
        assertThat(PeerCapacity.of(Long.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
        assertThat(PeerCapacity.of(1)).isEqualTo(64);
    }
}
