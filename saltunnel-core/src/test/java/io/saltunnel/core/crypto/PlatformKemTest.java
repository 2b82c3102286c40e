package io.saltunnel.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.core.Vectors;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import javax.crypto.SecretKey;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * ML-KEM-768 against the platform's own, in both directions. JDK 24 and later have one; on earlier ones no case runs.
 */
class PlatformKemTest {

    private static final int PAIRS = 2000;

    private final Random random = new Random(24);

    static Stream<PlatformKem> available() throws ReflectiveOperationException {
        try {
            return Stream.of(new PlatformKem(KeyPairGenerator.getInstance("ML-KEM-768")));
        } catch (GeneralSecurityException e) {
            return Stream.empty();
        }
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("available")
    void thePlatformDecapsulatesWhatWeEncapsulated(PlatformKem platform) throws Exception {
        for (int i = 0; i < PAIRS; i++) {
            KeyPair theirs = platform.keys.generateKeyPair();
            byte[] encapsulationKey = tail(theirs.getPublic().getEncoded(), MlKem768.ENCAPSULATION_KEY_SIZE);
            ByteBuffer ciphertext = ByteBuffer.allocateDirect(MlKem768.CIPHERTEXT_SIZE);
            ByteBuffer shared = ByteBuffer.allocateDirect(MlKem768.SHARED_SECRET_SIZE);
            ByteBuffer message = Vectors.direct(bytes(MlKem768.MESSAGE_SIZE));
            assertThat(MlKem768.encapsulate(Vectors.direct(encapsulationKey), 0, message, 0, ciphertext, 0, shared, 0))
                    .isTrue();
            assertThat(platform.decapsulate(theirs.getPrivate(), array(ciphertext)))
                    .isEqualTo(array(shared));
        }
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("available")
    void weDecapsulateWhatThePlatformEncapsulated(PlatformKem platform) throws Exception {
        byte[] example = platform.keys.generateKeyPair().getPublic().getEncoded();
        int prefix = example.length - MlKem768.ENCAPSULATION_KEY_SIZE;
        for (int i = 0; i < PAIRS; i++) {
            ByteBuffer encapsulationKey = ByteBuffer.allocateDirect(MlKem768.ENCAPSULATION_KEY_SIZE);
            ByteBuffer decapsulationKey = ByteBuffer.allocateDirect(MlKem768.DECAPSULATION_KEY_SIZE);
            MlKem768.keyPair(Vectors.direct(bytes(MlKem768.SEED_SIZE)), 0, encapsulationKey, 0, decapsulationKey, 0);
            byte[] encoded = example.clone();
            encapsulationKey.get(0, encoded, prefix, MlKem768.ENCAPSULATION_KEY_SIZE);
            PublicKey key = KeyFactory.getInstance("ML-KEM").generatePublic(new X509EncodedKeySpec(encoded));
            byte[][] secretAndCiphertext = platform.encapsulate(key);
            ByteBuffer shared = ByteBuffer.allocateDirect(MlKem768.SHARED_SECRET_SIZE);
            MlKem768.decapsulate(decapsulationKey, 0, Vectors.direct(secretAndCiphertext[1]), 0, shared, 0);
            assertThat(array(shared)).isEqualTo(secretAndCiphertext[0]);
        }
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] tail(byte[] bytes, int length) {
        return Arrays.copyOfRange(bytes, bytes.length - length, bytes.length);
    }

    private static byte[] array(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.limit()];
        buffer.get(0, bytes);
        return bytes;
    }

    /** {@code javax.crypto.KEM}, by reflection, because JDK 17 doesn't have it. */
    static final class PlatformKem {
        private final KeyPairGenerator keys;
        private final Object kem;
        private final Method newEncapsulator;
        private final Method newDecapsulator;

        PlatformKem(KeyPairGenerator keys) throws ReflectiveOperationException {
            this.keys = keys;
            Class<?> type = Class.forName("javax.crypto.KEM");
            kem = type.getMethod("getInstance", String.class).invoke(null, "ML-KEM");
            newEncapsulator = type.getMethod("newEncapsulator", PublicKey.class);
            newDecapsulator = type.getMethod("newDecapsulator", PrivateKey.class);
        }

        /** The secret, and its ciphertext. */
        byte[][] encapsulate(PublicKey key) throws ReflectiveOperationException {
            Object encapsulator = newEncapsulator.invoke(kem, key);
            Object made = encapsulator.getClass().getMethod("encapsulate").invoke(encapsulator);
            SecretKey secret = (SecretKey) made.getClass().getMethod("key").invoke(made);
            byte[] ciphertext =
                    (byte[]) made.getClass().getMethod("encapsulation").invoke(made);
            return new byte[][] {secret.getEncoded(), ciphertext};
        }

        byte[] decapsulate(PrivateKey key, byte[] ciphertext) throws ReflectiveOperationException {
            Object decapsulator = newDecapsulator.invoke(kem, key);
            Method decapsulate = decapsulator.getClass().getMethod("decapsulate", byte[].class);
            return ((SecretKey) decapsulate.invoke(decapsulator, (Object) ciphertext)).getEncoded();
        }

        @Override
        public String toString() {
            return "the platform's KEM";
        }
    }
}
