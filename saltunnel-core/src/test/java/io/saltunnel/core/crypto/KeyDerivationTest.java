package io.saltunnel.core.crypto;

import static io.saltunnel.core.Vectors.direct;
import static io.saltunnel.core.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.saltunnel.core.Protocol2Vector;
import io.saltunnel.core.secret.SecretMemory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.crypto.digests.SHAKEDigest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KeyDerivationTest {

    static List<Protocol2Vector> vectors() {
        return Protocol2Vector.all();
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void givesTheVectorsKeys(Protocol2Vector vector) {
        ByteBuffer longTermKey = direct(vector.longTermKey());
        ByteBuffer clientHi = direct(vector.clienthi());
        ByteBuffer key = direct(new byte[32]);
        try (KeyDerivation derivation = KeyDerivation.of("saltunnel 2 serverhi")) {
            derivation.part(longTermKey, 0, 32).part(clientHi, 0, 512).into(key, 0, 32);
        }
        assertThat(hex(key)).isEqualTo(vector.serverhiKey());
        ByteBuffer changing = direct("ff" + vector.clientKey() + "ff");
        try (KeyDerivation derivation = KeyDerivation.of("saltunnel 2 rekey")) {
            derivation.part(changing, 1, 32).into(changing, 1, 32);
        }
        assertThat(hex(changing))
                .isEqualTo("ff" + vector.clientToServer().get(3).key() + "ff");
    }

    @Test
    void isShakeOfAPaddedLabelAndTheParts() {
        for (String label : List.of("", "saltunnel", "x".repeat(32))) {
            byte[] input = Arrays.copyOf(label.getBytes(StandardCharsets.US_ASCII), 32 + 5);
            input[32] = 1;
            input[36] = 2;
            SHAKEDigest expected = new SHAKEDigest(256);
            expected.update(input, 0, input.length);
            byte[] output = new byte[300];
            expected.doFinal(output, 0, output.length);
            ByteBuffer derived = direct(new byte[300]);
            try (KeyDerivation derivation = KeyDerivation.of(label)) {
                derivation.part(direct("0100"), 0, 2).part(direct(""), 0, 0).part(direct("00000002"), 1, 3);
                derivation.into(derived, 0, 300);
                assertThatIllegalStateException().isThrownBy(() -> derivation.part(derived, 0, 1));
            }
            assertThat(hex(derived)).isEqualTo(hex(direct(output)));
        }
    }

    @Test
    void givesItsMemoryBackWhenItIsClosed() {
        try (SecretMemory memory = SecretMemory.create()) {
            KeyDerivation derivation = KeyDerivation.of("label", memory);
            assertThat(memory.liveSecrets()).isOne();
            derivation.close();
            assertThat(memory.liveSecrets()).isZero();
        }
    }

    @Test
    void refusesALabelThatDoesNotFit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyDerivation.of("x".repeat(33)))
                .withMessage("label of 33 bytes");
    }
}
