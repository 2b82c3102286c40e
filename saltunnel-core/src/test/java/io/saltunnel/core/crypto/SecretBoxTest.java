package io.saltunnel.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Properties of a box other than the right bytes, which the vectors show: it refuses, it touches nothing outside its
 * range, and it keeps nothing.
 */
class SecretBoxTest {
    private static final int LENGTH = 200;
    private static final int AT = 5;

    private final SecretBox secretBox = new SecretBox();
    private final ByteBuffer key = random(32);
    private final ByteBuffer nonce = random(24);
    private final ByteBuffer box = random(AT + 16 + LENGTH);
    private final byte[] before = bytes(box);

    @AfterEach
    void free() {
        secretBox.close();
    }

    @Test
    void opensWhatItSealed() {
        secretBox.seal24(key, 0, nonce, 0, box, AT, LENGTH);
        assertThat(secretBox.open24(key, 0, nonce, 0, box, AT, LENGTH)).isTrue();
        byte[] now = bytes(box);
        assertThat(now).endsWith(java.util.Arrays.copyOfRange(before, AT + 16, before.length));
        assertThat(now).startsWith(java.util.Arrays.copyOf(before, AT));
    }

    @Test
    void refusesAndLeavesAloneWhatWasAlteredInAnyBit() {
        secretBox.seal24(key, 0, nonce, 0, box, AT, LENGTH);
        for (int bit = 0; bit < (16 + LENGTH) * Byte.SIZE; bit++) {
            int at = AT + bit / Byte.SIZE;
            box.put(at, (byte) (box.get(at) ^ 1 << bit % Byte.SIZE));
            byte[] altered = bytes(box);
            assertThat(secretBox.open24(key, 0, nonce, 0, box, AT, LENGTH)).isFalse();
            assertThat(bytes(box)).isEqualTo(altered);
            box.put(at, (byte) (box.get(at) ^ 1 << bit % Byte.SIZE));
        }
        assertThat(secretBox.open24(key, 0, random(25), 0, box, AT, LENGTH)).isFalse();
        assertThat(secretBox.open24(key, 0, nonce, 0, box, AT, LENGTH)).isTrue();
    }

    @Test
    void writesNothingWhereARangeLeavesItsBuffer() {
        refuses(() -> secretBox.seal24(key, 1, nonce, 0, box, AT, LENGTH));
        refuses(() -> secretBox.open24(key, 1, nonce, 0, box, AT, LENGTH));
        refuses(() -> secretBox.openAny24(place -> key.slice(0, 31), 1, nonce, 0, box, AT, LENGTH));
        refuses(() -> secretBox.openAny24(place -> key, 1, nonce, 1, box, AT, LENGTH));
        refuses(() -> secretBox.openAny24(place -> key, 1, nonce, 0, box, AT, LENGTH + 1));
        refuses(() -> secretBox.seal24(key, 0, nonce, 1, box, AT, LENGTH));
        refuses(() -> secretBox.open24(key, 0, nonce, 1, box, AT, LENGTH));
        refuses(() -> secretBox.seal24(key, 0, nonce, 0, box, AT, LENGTH + 1));
        refuses(() -> secretBox.open24(key, 0, nonce, 0, box, AT, LENGTH + 1));
        refuses(() -> secretBox.seal24(key, 0, nonce, 0, box, AT, -1));
        refuses(() -> secretBox.seal24(key, 0, nonce, 0, box, AT, Integer.MAX_VALUE));
        refuses(() -> secretBox.seal24(key, -1, nonce, 0, box, AT, LENGTH));
        refuses(() -> secretBox.seal24(key, 0, nonce, 0, box, -1, LENGTH));
        refuses(() -> secretBox.seal8(key, 1, 0, box, AT, LENGTH));
        refuses(() -> secretBox.open8(key, 1, 0, box, AT, LENGTH));
        refuses(() -> secretBox.seal8(key, 0, 0, box, AT, LENGTH + 1));
        refuses(() -> secretBox.open8(key, 0, 0, box, AT, LENGTH + 1));
    }

    @Test
    void aBoxUnderAnEightByteNonceIsOneWithoutTheDerivedKey() {
        ByteBuffer derived = ByteBuffer.allocateDirect(32);
        Salsa20.hsalsa20(key, 0, nonce, 0, derived, 0);
        long last = LittleEndian.getLong(nonce, 16);
        secretBox.seal8(derived, 0, last, box, AT, LENGTH);
        assertForgotten();
        byte[] sealed = bytes(box);
        assertThat(secretBox.open8(derived, 0, last + 1, box, AT, LENGTH)).isFalse();
        assertThat(bytes(box)).isEqualTo(sealed);
        assertForgotten();
        assertThat(secretBox.open24(key, 0, nonce, 0, box, AT, LENGTH)).isTrue();
        secretBox.seal24(key, 0, nonce, 0, box, AT, LENGTH);
        assertThat(secretBox.open8(derived, 0, last, box, AT, LENGTH)).isTrue();
        assertForgotten();
        assertThat(bytes(box)).endsWith(java.util.Arrays.copyOfRange(before, AT + 16, before.length));
    }

    @Test
    void opensUnderTheOneOfSeveralKeysThatFitsWhereverItIs() {
        for (int count = 1; count <= 16; count++) {
            for (int place = 0; place < count; place++) {
                List<ByteBuffer> keys = keys(count);
                secretBox.seal24(keys.get(place), 0, nonce, 0, box, AT, LENGTH);
                assertThat(secretBox.openAny24(keys::get, count, nonce, 0, box, AT, LENGTH))
                        .isEqualTo(place);
                assertForgotten();
                assertThat(bytes(box)).endsWith(java.util.Arrays.copyOfRange(before, AT + 16, before.length));
            }
        }
    }

    @Test
    void leavesABoxAloneThatNoneOfSeveralKeysFits() {
        secretBox.seal24(key, 0, nonce, 0, box, AT, LENGTH);
        byte[] sealed = bytes(box);
        assertThat(secretBox.openAny24(keys(16)::get, 16, nonce, 0, box, AT, LENGTH))
                .isEqualTo(SecretBox.NO_KEY);
        assertThat(bytes(box)).isEqualTo(sealed);
        assertForgotten();
    }

    /** So a stranger costs one attempt for each key, and the place of the key doesn't show. */
    @Test
    void triesEachKeyOnceWhicheverFits() {
        List<ByteBuffer> keys = keys(5);
        List<ByteBuffer> sealers = new ArrayList<>(keys);
        sealers.add(key);
        for (ByteBuffer sealer : sealers) {
            List<Integer> tried = new ArrayList<>();
            secretBox.seal24(sealer, 0, nonce, 0, box, AT, LENGTH);
            secretBox.openAny24(
                    place -> {
                        tried.add(place);
                        return keys.get(place);
                    },
                    5,
                    nonce,
                    0,
                    box,
                    AT,
                    LENGTH);
            assertThat(tried).containsExactly(0, 1, 2, 3, 4);
        }
    }

    private static List<ByteBuffer> keys(int count) {
        List<ByteBuffer> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            keys.add(random(32, i));
        }
        return keys;
    }

    private static ByteBuffer random(int size, int seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return ByteBuffer.allocateDirect(size).put(0, bytes);
    }

    @Test
    void keepsNothingInItsScratchSpace() {
        secretBox.seal24(key, 0, nonce, 0, box, AT, LENGTH);
        assertForgotten();
        secretBox.open24(key, 0, nonce, 0, box, AT, LENGTH);
        assertForgotten();
        secretBox.scratch.put(3, (byte) 1);
        secretBox.close();
        assertForgotten();
    }

    private void assertForgotten() {
        assertThat(bytes(secretBox.scratch)).containsOnly(0);
    }

    private void refuses(ThrowingCallable call) {
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(call);
        assertThat(bytes(box)).isEqualTo(before);
        assertForgotten();
    }

    private static ByteBuffer random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return ByteBuffer.allocateDirect(size).put(0, bytes);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.capacity()];
        buffer.get(0, bytes);
        return bytes;
    }
}
