package io.saltunnel.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.saltunnel.core.Vectors;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bouncycastle.crypto.kems.MLKEMExtractor;
import org.bouncycastle.crypto.kems.MLKEMGenerator;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLKEMPublicKeyParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** ML-KEM-768 against the protocol's vectors, and against Bouncy Castle in both directions. */
class MlKem768Test {

    private static final int PAIRS = 2000;

    record Session(
            String mlkemSeedD,
            String mlkemSeedZ,
            String mlkemMessage,
            String encapsulationKey,
            String decapsulationKey,
            String ciphertext,
            String mlkemShared) {}

    private final Random random = new Random(768);

    static List<Session> sessions() {
        return Vectors.list(Vectors.read("protocol2.json"), "sessions", Session.class);
    }

    @ParameterizedTest
    @MethodSource("sessions")
    void makesTheVectorsKeysCiphertextsAndSecrets(Session vector) {
        KeyPair pair = KeyPair.of(Vectors.direct(vector.mlkemSeedD() + vector.mlkemSeedZ()));
        assertThat(Vectors.hex(pair.encapsulationKey)).isEqualTo(vector.encapsulationKey());
        assertThat(Vectors.hex(pair.decapsulationKey)).isEqualTo(vector.decapsulationKey());
        Encapsulation sent = Encapsulation.of(pair.encapsulationKey, Vectors.direct(vector.mlkemMessage()));
        assertThat(Vectors.hex(sent.ciphertext)).isEqualTo(vector.ciphertext());
        assertThat(Vectors.hex(sent.shared)).isEqualTo(vector.mlkemShared());
        assertThat(Vectors.hex(pair.decapsulate(sent.ciphertext))).isEqualTo(vector.mlkemShared());
    }

    @Test
    void agreesWithBouncyCastleBothWays() {
        for (int i = 0; i < PAIRS; i++) {
            byte[] seed = bytes(MlKem768.SEED_SIZE);
            byte[] message = bytes(MlKem768.MESSAGE_SIZE);
            KeyPair ours = KeyPair.of(Vectors.direct(seed));
            MLKEMPrivateKeyParameters theirs = new MLKEMPrivateKeyParameters(MLKEMParameters.ml_kem_768, seed);
            assertThat(array(ours.encapsulationKey)).isEqualTo(theirs.getPublicKey());
            Encapsulation sent = Encapsulation.of(ours.encapsulationKey, Vectors.direct(message));
            var expected = MLKEMGenerator.internalGenerateEncapsulated(
                    new MLKEMPublicKeyParameters(MLKEMParameters.ml_kem_768, theirs.getPublicKey()), message);
            assertThat(array(sent.ciphertext)).isEqualTo(expected.getEncapsulation());
            assertThat(array(sent.shared)).isEqualTo(expected.getSecret());
            assertThat(new MLKEMExtractor(theirs).extractSecret(array(sent.ciphertext)))
                    .isEqualTo(array(sent.shared));
            assertThat(array(ours.decapsulate(sent.ciphertext))).isEqualTo(array(sent.shared));
        }
    }

    /** The key pair's matrix is there for the first time only, and is made again afterwards. */
    @Test
    void decapsulatesAsOftenAsItIsAsked() {
        for (int i = 0; i < 2 * KyberMatrix.KEPT; i++) {
            KeyPair pair = KeyPair.of(Vectors.direct(bytes(MlKem768.SEED_SIZE)));
            Encapsulation sent = Encapsulation.of(pair.encapsulationKey, Vectors.direct(bytes(MlKem768.MESSAGE_SIZE)));
            for (int j = 0; j < 3; j++) {
                assertThat(array(pair.decapsulate(sent.ciphertext))).isEqualTo(array(sent.shared));
            }
        }
    }

    @Test
    void anAlteredCiphertextGivesTheSecretOfImplicitRejection() {
        byte[] seed = bytes(MlKem768.SEED_SIZE);
        KeyPair pair = KeyPair.of(Vectors.direct(seed));
        MLKEMExtractor theirs = new MLKEMExtractor(new MLKEMPrivateKeyParameters(MLKEMParameters.ml_kem_768, seed));
        byte[] right =
                array(Encapsulation.of(pair.encapsulationKey, Vectors.direct(bytes(MlKem768.MESSAGE_SIZE))).ciphertext);
        byte[] secret = array(pair.decapsulate(Vectors.direct(right)));
        for (int bit = 0; bit < MlKem768.CIPHERTEXT_SIZE * Byte.SIZE; bit += 7) {
            byte[] altered = right.clone();
            altered[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            assertThat(array(pair.decapsulate(Vectors.direct(altered))))
                    .isEqualTo(theirs.extractSecret(altered))
                    .isNotEqualTo(secret);
        }
        byte[] noise = bytes(MlKem768.CIPHERTEXT_SIZE);
        assertThat(array(pair.decapsulate(Vectors.direct(noise)))).isEqualTo(theirs.extractSecret(noise));
    }

    /** A coefficient of q to 4095 in every place: FIPS 203's modulus check. */
    @Test
    void refusesAnEncapsulationKeyThatIsNotReduced() {
        KeyPair pair = KeyPair.of(Vectors.direct(bytes(MlKem768.SEED_SIZE)));
        for (int i = 0; i < 3 * KyberRing.N; i++) {
            for (int value : new int[] {KyberRing.Q, 4095}) {
                ByteBuffer key = Vectors.direct(array(pair.encapsulationKey));
                int at = i / 2 * 3;
                if (i % 2 == 0) {
                    key.put(at, (byte) value);
                    key.put(at + 1, (byte) (key.get(at + 1) & 0xf0 | value >>> 8));
                } else {
                    key.put(at + 1, (byte) (key.get(at + 1) & 0x0f | value << 4));
                    key.put(at + 2, (byte) (value >>> 4));
                }
                ByteBuffer out = ByteBuffer.allocateDirect(MlKem768.CIPHERTEXT_SIZE + MlKem768.SHARED_SECRET_SIZE);
                assertThat(MlKem768.encapsulate(
                                key, 0, Vectors.direct(bytes(32)), 0, out, 0, out, MlKem768.CIPHERTEXT_SIZE))
                        .isFalse();
                assertThat(array(out)).containsOnly(0);
            }
        }
    }

    @Test
    void everyOffsetAndByteOrderDoes() {
        byte[] seed = bytes(MlKem768.SEED_SIZE);
        KeyPair expected = KeyPair.of(Vectors.direct(seed));
        ByteBuffer memory = ByteBuffer.allocate(4000);
        memory.put(1, seed);
        MlKem768.keyPair(memory, 1, memory, 77, memory, 1301);
        assertThat(Arrays.copyOfRange(memory.array(), 77, 77 + MlKem768.ENCAPSULATION_KEY_SIZE))
                .isEqualTo(array(expected.encapsulationKey));
        assertThat(Arrays.copyOfRange(memory.array(), 1301, 1301 + MlKem768.DECAPSULATION_KEY_SIZE))
                .isEqualTo(array(expected.decapsulationKey));
    }

    @Test
    void refusesRangesThatLeaveABuffer() {
        ByteBuffer large = ByteBuffer.allocateDirect(3000);
        ByteBuffer small = ByteBuffer.allocateDirect(31);
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> MlKem768.keyPair(small, 0, large, 0, large, 0));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> MlKem768.keyPair(large, 0, small, 0, large, 0));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> MlKem768.keyPair(large, 0, large, 0, large, 601));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> MlKem768.encapsulate(small, 0, large, 0, large, 0, large, 0));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> MlKem768.encapsulate(large, 0, small, 0, large, 0, large, 0));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> MlKem768.encapsulate(large, 0, large, 0, small, 0, large, 0));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> MlKem768.encapsulate(large, 0, large, 0, large, 0, small, 0));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> MlKem768.decapsulate(small, 0, large, 0, large, 0));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> MlKem768.decapsulate(large, 0, small, 0, large, 0));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> MlKem768.decapsulate(large, 0, large, 0, small, 0));
        assertThat(array(large)).as("nothing is written").containsOnly(0);
        assertThat(array(small)).as("nothing is written").containsOnly(0);
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] array(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.limit()];
        buffer.get(0, bytes);
        return bytes;
    }

    private record KeyPair(ByteBuffer encapsulationKey, ByteBuffer decapsulationKey) {
        static KeyPair of(ByteBuffer seed) {
            KeyPair pair = new KeyPair(
                    ByteBuffer.allocateDirect(MlKem768.ENCAPSULATION_KEY_SIZE),
                    ByteBuffer.allocateDirect(MlKem768.DECAPSULATION_KEY_SIZE));
            MlKem768.keyPair(seed, 0, pair.encapsulationKey, 0, pair.decapsulationKey, 0);
            return pair;
        }

        ByteBuffer decapsulate(ByteBuffer ciphertext) {
            ByteBuffer shared = ByteBuffer.allocateDirect(MlKem768.SHARED_SECRET_SIZE);
            MlKem768.decapsulate(decapsulationKey, 0, ciphertext, 0, shared, 0);
            return shared;
        }
    }

    private record Encapsulation(ByteBuffer ciphertext, ByteBuffer shared) {
        static Encapsulation of(ByteBuffer encapsulationKey, ByteBuffer message) {
            Encapsulation sent = new Encapsulation(
                    ByteBuffer.allocateDirect(MlKem768.CIPHERTEXT_SIZE),
                    ByteBuffer.allocateDirect(MlKem768.SHARED_SECRET_SIZE));
            assertThat(MlKem768.encapsulate(encapsulationKey, 0, message, 0, sent.ciphertext, 0, sent.shared, 0))
                    .isTrue();
            return sent;
        }
    }
}
