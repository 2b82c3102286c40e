package io.saltunnel.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.core.Vectors;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What key pairs leave for decapsulations. */
class KyberMatrixTest {

    private static final int RHO = 32;

    @Test
    void isTakenByItsRhoAndByOneCallAtATime() {
        ByteBuffer rho = rho(1, 7);
        KyberMatrix matrix = make(rho);
        assertThat(KyberMatrix.take(rho, 0)).as("before it is put back").isNull();
        matrix.putBack();
        assertThat(KyberMatrix.take(rho(2, 7), 0))
                .as("another rho in the same place")
                .isNull();
        assertThat(KyberMatrix.take(rho, 0)).isSameAs(matrix);
        assertThat(KyberMatrix.take(rho, 0)).isNull();
        matrix.putBack();
        assertThat(KyberMatrix.take(rho, 0)).isSameAs(matrix);
    }

    @Test
    void aLaterOneReplacesAnEarlierOneInItsPlaceAndUsesItsArrays() {
        KyberMatrix beside = make(rho(3, 10));
        beside.putBack();
        KyberMatrix earlier = make(rho(1, 9));
        earlier.putBack();
        KyberMatrix later = make(rho(2, 9));
        assertThat(later).isSameAs(earlier);
        later.putBack();
        assertThat(KyberMatrix.take(rho(1, 9), 0)).isNull();
        assertThat(KyberMatrix.take(rho(2, 9), 0)).isSameAs(later);
        assertThat(KyberMatrix.take(rho(3, 10), 0)).isSameAs(beside);
    }

    @Test
    void theFirstOfTwoThatAreMadeAtATimeStaysInTheirPlace() {
        KyberMatrix one = make(rho(1, 11));
        KyberMatrix other = make(rho(2, 11));
        one.putBack();
        other.putBack();
        assertThat(KyberMatrix.take(rho(2, 11), 0)).isNull();
        assertThat(KyberMatrix.take(rho(1, 11), 0)).isSameAs(one);
    }

    @Test
    void hasTheElementsThatAreMadeOneByOne() {
        ByteBuffer rho = rho(5, 5);
        KyberMatrix matrix = make(rho);
        int[] element = new int[KyberRing.N + KyberCoding.BEHIND];
        try (Keccak stream = Keccak.shake128()) {
            for (int first = 0; first < 3; first++) {
                for (int second = 0; second < 3; second++) {
                    KyberMatrix.sample(rho, 0, first, second, stream, element);
                    assertThat(matrix.element(first, second)).startsWith(first(element));
                }
            }
        }
    }

    private static int[] first(int[] element) {
        return Arrays.copyOf(element, KyberRing.N);
    }

    /** Its last byte tells it from others, its first one says where it is kept. */
    private static ByteBuffer rho(int last, int place) {
        byte[] rho = new byte[RHO];
        rho[0] = (byte) place;
        rho[RHO - 1] = (byte) last;
        return Vectors.direct(rho);
    }

    private static KyberMatrix make(ByteBuffer rho) {
        try (Keccak stream = Keccak.shake128()) {
            return KyberMatrix.make(rho, 0, stream);
        }
    }
}
