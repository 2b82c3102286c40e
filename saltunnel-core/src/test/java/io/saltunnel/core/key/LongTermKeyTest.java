package io.saltunnel.core.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.saltunnel.core.secret.SecretBytes;
import io.saltunnel.core.secret.SecretMemory;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LongTermKeyTest {

    private final SecretMemory memory = SecretMemory.create();

    @AfterEach
    void nothingIsLeftOpen() {
        assertThat(memory.liveSecrets()).isZero();
        memory.close();
    }

    @Test
    void copiesTheBytesFromThePositionOn() {
        byte[] bytes = new byte[40];
        new Random(1).nextBytes(bytes);
        ByteBuffer source = ByteBuffer.wrap(bytes).position(5).limit(37);
        try (LongTermKey key = LongTermKey.of(source, memory)) {
            assertThat(key.bytes().buffer()).isEqualTo(source);
            assertThat(source.position()).isEqualTo(5);
            assertThat(key.memory()).isSameAs(memory);
        }
    }

    @Test
    void refusesOtherLengths() {
        assertThatIllegalArgumentException().isThrownBy(() -> LongTermKey.of(ByteBuffer.allocate(31), memory));
        assertThatIllegalArgumentException().isThrownBy(() -> LongTermKey.of(ByteBuffer.allocate(33), memory));
    }

    @Test
    void isWipedAndUnusableOnceClosed() {
        LongTermKey key = LongTermKey.random(target -> target.put(0, new byte[] {1, 2, 3}), memory);
        ByteBuffer view = key.bytes().buffer();
        key.close();
        key.close();
        assertThat(view.get(0)).isZero();
        assertThatIllegalStateException().isThrownBy(() -> key.bytes().buffer());
    }

    @Test
    void endsWithTheMemoryOfItsOwn() {
        LongTermKey key = LongTermKey.random();
        SecretBytes session = key.memory().allocate(32);
        assertThat(session.buffer().capacity()).isEqualTo(32);
        key.close();
        key.close();
        assertThatIllegalStateException().isThrownBy(session::buffer).withMessage("secret memory is closed");
        assertThatIllegalStateException().isThrownBy(() -> key.memory().allocate(1));
        session.close();
    }

    @Test
    void leavesItsCallersMemoryOpen() {
        LongTermKey key = LongTermKey.random(target -> target.put(0, (byte) 1), memory);
        key.close();
        memory.allocate(1).close();
    }

    @Test
    void isWipedWhenTheRandomSourceFails() {
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> LongTermKey.random(
                        target -> {
                            throw new UnsupportedOperationException();
                        },
                        memory));
    }

    @Test
    void hasTheChecksumThatAnybodyElseComputes() throws Exception {
        Random random = new Random(256);
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        for (int i = 0; i < 1000; i++) {
            byte[] bytes = new byte[32];
            random.nextBytes(bytes);
            try (LongTermKey key = LongTermKey.of(ByteBuffer.wrap(bytes), memory)) {
                String expected = HexFormat.of().formatHex(sha256.digest(bytes));
                assertThat(key.checksum()).isEqualTo(expected);
                assertThat(key.fingerprint()).isEqualTo(expected.substring(0, 8));
            }
        }
    }

    @Test
    void isNotTheSameByteOverAndOver() {
        for (int octet : new int[] {0, 1, 0x80, 0xff}) {
            byte[] constant = new byte[32];
            Arrays.fill(constant, (byte) octet);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> LongTermKey.of(ByteBuffer.wrap(constant), memory))
                    .withMessage("the same byte 32 times is no key");
            assertThatIllegalStateException()
                    .isThrownBy(() -> LongTermKey.random(target -> target.put(0, constant), memory))
                    .withMessage("the random source gave the same byte 32 times");
            for (int at : new int[] {0, 15, 31}) {
                byte[] other = constant.clone();
                other[at] ^= 1;
                LongTermKey.of(ByteBuffer.wrap(other), memory).close();
            }
        }
    }

    @Test
    void showsItsFingerprintOnly() {
        ByteBuffer bytes = ByteBuffer.allocate(32);
        for (int i = 0; i < 32; i++) {
            bytes.put(i, (byte) i);
        }
        LongTermKey key = LongTermKey.of(bytes, memory);
        assertThat(key).hasToString("LongTermKey[630dcd29]");
        key.close();
        assertThat(key).hasToString("LongTermKey[630dcd29]");
    }
}
