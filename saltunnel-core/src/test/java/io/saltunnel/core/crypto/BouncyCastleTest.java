package io.saltunnel.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.stream.IntStream;
import org.bouncycastle.crypto.StreamCipher;
import org.bouncycastle.crypto.engines.Salsa20Engine;
import org.bouncycastle.crypto.engines.XSalsa20Engine;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Salsa20, Poly1305 and the boxes against Bouncy Castle: random input, all lengths, any alignment, heap and direct,
 * either byte order.
 */
class BouncyCastleTest {

    private final Random random = new Random(20);

    /** Every length around a few blocks, and some long ones. */
    static IntStream lengths() {
        return IntStream.concat(
                IntStream.rangeClosed(0, 200),
                IntStream.of(255, 256, 257, 472, 494, 496, 497, 512, 1000, 4096, 10_007));
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void keystream(int length) {
        byte[] key = bytes(32);
        byte[] nonce = bytes(8);
        byte[] expected = new byte[length + 128];
        stream(new Salsa20Engine(), key, nonce, expected);
        ByteBuffer keyBuffer = place(key);
        ByteBuffer out = anyBuffer(length + 7);
        long nonceLong = LittleEndian.getLong(ByteBuffer.wrap(nonce), 0);
        Salsa20.keystream(keyBuffer, keyBuffer.position(), nonceLong, 2, out, 3, length);
        for (int i = 0; i < length; i++) {
            assertThat(out.get(3 + i)).isEqualTo(expected[128 + i]);
        }
        assertThat(out.get(2)).isZero();
        assertThat(out.get(3 + length)).isZero();
    }

    @Test
    void keystreamCountsBlocksBeyond32Bits() {
        byte[] key = bytes(32);
        Salsa20Engine engine = new Salsa20Engine();
        engine.init(true, new ParametersWithIV(new KeyParameter(key), new byte[8]));
        engine.seekTo(0xffff_ffffL * 64);
        byte[] expected = new byte[192];
        engine.processBytes(new byte[192], 0, 192, expected, 0);
        byte[] actual = new byte[192];
        Salsa20.keystream(ByteBuffer.wrap(key), 0, 0, 0xffff_ffffL, ByteBuffer.wrap(actual), 0, 192);
        assertThat(actual).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void tag(int length) {
        byte[] key = bytes(32);
        byte[] message = bytes(length);
        ByteBuffer keyBuffer = place(key);
        ByteBuffer messageBuffer = place(message);
        ByteBuffer out = anyBuffer(19);
        Poly1305.tag(keyBuffer, keyBuffer.position(), messageBuffer, messageBuffer.position(), length, out, 1);
        byte[] actual = new byte[16];
        out.get(1, actual);
        assertThat(actual).isEqualTo(poly1305(key, message, 0, length));
    }

    /** All ones make the largest limbs; the sums must not overflow even then. */
    @ParameterizedTest
    @ValueSource(ints = {16, 32, 48, 64, 496, 4096})
    void tagOfTheLargestInput(int length) {
        byte[] key = new byte[32];
        byte[] message = new byte[length];
        java.util.Arrays.fill(message, (byte) 0xff);
        for (int keyFill : new int[] {0xff, 0xfc, 0x0f}) {
            java.util.Arrays.fill(key, (byte) keyFill);
            byte[] actual = new byte[16];
            Poly1305.tag(ByteBuffer.wrap(key), 0, ByteBuffer.wrap(message), 0, length, ByteBuffer.wrap(actual), 0);
            assertThat(actual).isEqualTo(poly1305(key, message, 0, length));
        }
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void boxes(int length) {
        byte[] key = bytes(32);
        byte[] message = bytes(length);
        ByteBuffer keyBuffer = place(key);
        try (SecretBox cipher = new SecretBox()) {
            ByteBuffer box = anyBuffer(length + 21).put(18, message);
            byte[] nonce24 = bytes(24);
            ByteBuffer nonceBuffer = place(nonce24);
            cipher.seal24(keyBuffer, keyBuffer.position(), nonceBuffer, nonceBuffer.position(), box, 2, length);
            byte[] sealed = slice(box, 2, length + 16);
            assertThat(sealed).isEqualTo(box(key, nonce24, message));
            int damaged = 2 + random.nextInt(length + 16);
            box.put(damaged, (byte) (box.get(damaged) ^ 1 << random.nextInt(8)));
            byte[] before = slice(box, 0, length + 21);
            assertThat(cipher.open24(
                            keyBuffer, keyBuffer.position(), nonceBuffer, nonceBuffer.position(), box, 2, length))
                    .isFalse();
            assertThat(slice(box, 0, length + 21)).isEqualTo(before);
            box.put(2, sealed);
            assertThat(cipher.open24(
                            keyBuffer, keyBuffer.position(), nonceBuffer, nonceBuffer.position(), box, 2, length))
                    .isTrue();
            assertThat(slice(box, 18, length)).isEqualTo(message);
        }
    }

    @Test
    void boxesRefuseRangesThatLeaveTheirBuffers() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(64);
        try (SecretBox cipher = new SecretBox()) {
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> cipher.seal24(buffer, 0, buffer, 0, buffer, 0, 49));
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> cipher.open24(buffer, 33, buffer, 0, buffer, 0, 16));
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> cipher.seal24(buffer, 0, buffer, 41, buffer, 0, 16));
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> cipher.open24(buffer, 0, buffer, 0, buffer, 16, -1));
        }
    }

    private static byte[] box(byte[] key, byte[] nonce, byte[] message) {
        byte[] padded = new byte[32 + message.length];
        System.arraycopy(message, 0, padded, 32, message.length);
        stream(new XSalsa20Engine(), key, nonce, padded);
        byte[] polyKey = java.util.Arrays.copyOf(padded, 32);
        byte[] box = java.util.Arrays.copyOfRange(padded, 16, padded.length);
        System.arraycopy(poly1305(polyKey, padded, 32, message.length), 0, box, 0, 16);
        return box;
    }

    private static void stream(StreamCipher engine, byte[] key, byte[] nonce, byte[] inOut) {
        engine.init(true, new ParametersWithIV(new KeyParameter(key), nonce));
        engine.processBytes(inOut, 0, inOut.length, inOut, 0);
    }

    private static byte[] poly1305(byte[] key, byte[] message, int offset, int length) {
        var mac = new org.bouncycastle.crypto.macs.Poly1305();
        mac.init(new KeyParameter(key));
        mac.update(message, offset, length);
        byte[] tag = new byte[16];
        mac.doFinal(tag, 0);
        return tag;
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** A zeroed buffer that is direct or not, little- or big-endian. */
    private ByteBuffer anyBuffer(int size) {
        ByteBuffer buffer = random.nextBoolean() ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
        return buffer.order(random.nextBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    }

    /** A buffer whose position is where the bytes start. */
    private ByteBuffer place(byte[] bytes) {
        int offset = random.nextInt(9);
        return anyBuffer(offset + bytes.length).put(offset, bytes).position(offset);
    }

    private static byte[] slice(ByteBuffer buffer, int offset, int length) {
        byte[] bytes = new byte[length];
        buffer.get(offset, bytes);
        return bytes;
    }
}
