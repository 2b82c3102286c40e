package io.saltunnel.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.core.Vectors;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What key pairs leave for decapsulations. */
class KyberMatrixTest {

    private static final int RHO = 32;

    /** Where rho stands in an encapsulation key. */
    private static final int KEY_RHO = MlKem768.ENCAPSULATION_KEY_SIZE - RHO;

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

    /** A decapsulation with a wrong matrix refuses every ciphertext. */
    @Test
    void aDecapsulationUsesTheMatrixThatItsKeyPairLeft() {
        ByteBuffer encapsulationKey = Vectors.direct(new byte[MlKem768.ENCAPSULATION_KEY_SIZE]);
        ByteBuffer decapsulationKey = Vectors.direct(new byte[MlKem768.DECAPSULATION_KEY_SIZE]);
        ByteBuffer ciphertext = Vectors.direct(new byte[MlKem768.CIPHERTEXT_SIZE]);
        ByteBuffer sent = Vectors.direct(new byte[MlKem768.SHARED_SECRET_SIZE]);
        ByteBuffer received = Vectors.direct(new byte[MlKem768.SHARED_SECRET_SIZE]);
        ByteBuffer zeros = Vectors.direct(new byte[MlKem768.SEED_SIZE]);
        MlKem768.keyPair(zeros, 0, encapsulationKey, 0, decapsulationKey, 0);
        MlKem768.encapsulate(encapsulationKey, 0, zeros, 0, ciphertext, 0, sent, 0);
        KyberMatrix left = Objects.requireNonNull(KyberMatrix.take(encapsulationKey, KEY_RHO));
        left.element(1, 2)[3]++;
        left.putBack();
        MlKem768.decapsulate(decapsulationKey, 0, ciphertext, 0, received, 0);
        assertThat(received).as("with a wrong matrix").isNotEqualTo(sent);
        assertThat(KyberMatrix.take(encapsulationKey, KEY_RHO)).isSameAs(left);
        MlKem768.decapsulate(decapsulationKey, 0, ciphertext, 0, received, 0);
        assertThat(received).as("with a matrix of its own").isEqualTo(sent);
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
