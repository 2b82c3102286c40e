package io.saltunnel.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.bouncycastle.crypto.digests.SHAKEDigest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The hash functions against the platform's own and Bouncy Castle's. */
class KeccakTest {

    private final Random random = new Random(202);

    /** Every length around one word and around a block of each function, and some long ones. */
    static IntStream lengths() {
        return IntStream.of(0, 1, 7, 8, 9, 71, 72, 73, 135, 136, 137, 167, 168, 169, 272, 335, 336, 337, 1184, 5000);
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void sha3of256(int length) throws Exception {
        byte[] input = bytes(length);
        assertThat(output(Keccak.sha3of256(), input, Keccak.SHA3_256_SIZE))
                .isEqualTo(MessageDigest.getInstance("SHA3-256").digest(input));
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void sha3of512(int length) throws Exception {
        byte[] input = bytes(length);
        assertThat(output(Keccak.sha3of512(), input, Keccak.SHA3_512_SIZE))
                .isEqualTo(MessageDigest.getInstance("SHA3-512").digest(input));
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void shake128(int length) {
        byte[] input = bytes(length);
        assertThat(output(Keccak.shake128(), input, 1000)).isEqualTo(shake(128, input, 1000));
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void shake256(int length) {
        byte[] input = bytes(length);
        assertThat(output(Keccak.shake256(), input, 1000)).isEqualTo(shake(256, input, 1000));
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void inputAndOutputMayComeInPieces(int length) {
        byte[] input = bytes(length);
        ByteBuffer in = ByteBuffer.wrap(input);
        ByteBuffer out = ByteBuffer.allocateDirect(500);
        try (Keccak keccak = Keccak.shake256()) {
            for (int at = 0; at < length; ) {
                int step = Math.min(random.nextInt(40), length - at);
                keccak.absorb(in, at, step);
                at += step;
                if (at < length) {
                    keccak.absorb(input[at++]);
                }
            }
            for (int at = 0; at < 500; ) {
                int step = Math.min(random.nextInt(40), 500 - at);
                keccak.squeeze(out, at, step);
                at += step;
            }
        }
        byte[] actual = new byte[500];
        out.get(0, actual);
        assertThat(actual).isEqualTo(shake(256, input, 500));
    }

    /** So each block ends with a byte that is absorbed alone. */
    @ParameterizedTest
    @MethodSource("lengths")
    void inputMayComeByteByByte(int length) {
        byte[] input = bytes(length);
        ByteBuffer out = ByteBuffer.allocate(32);
        try (Keccak keccak = Keccak.shake256()) {
            for (byte value : input) {
                assertThat(keccak.absorb(value)).isSameAs(keccak);
            }
            assertThat(keccak.squeeze(out, 0, 32)).isSameAs(keccak);
        }
        assertThat(out.array()).isEqualTo(shake(256, input, 32));
    }

    /** 400 bytes are two blocks of SHAKE128 and a part of a third one. */
    @Test
    void wordsFillBlocksToo() {
        byte[] input = bytes(400);
        ByteBuffer in = ByteBuffer.wrap(input);
        ByteBuffer out = ByteBuffer.allocate(32);
        try (Keccak keccak = Keccak.shake128()) {
            for (int at = 0; at < input.length; at += Long.BYTES) {
                keccak.absorbLong(LittleEndian.getLong(in, at));
            }
            keccak.squeeze(out, 0, 32);
        }
        assertThat(out.array()).isEqualTo(shake(128, input, 32));
    }

    @Test
    void wordsAreTheBytesInLittleEndianOrder() {
        byte[] input = bytes(16);
        byte[] expected = shake(128, input, 400);
        ByteBuffer in = ByteBuffer.wrap(input);
        try (Keccak keccak = Keccak.shake128()) {
            keccak.absorbLong(LittleEndian.getLong(in, 0)).absorbLong(LittleEndian.getLong(in, 8));
            for (int i = 0; i < 50; i++) {
                assertThat(keccak.squeezeLong()).isEqualTo(LittleEndian.getLong(ByteBuffer.wrap(expected), 8 * i));
            }
        }
    }

    @Test
    void beginsAnewAfterAReset() {
        byte[] input = bytes(200);
        ByteBuffer in = ByteBuffer.wrap(input);
        ByteBuffer out = ByteBuffer.allocate(32);
        try (Keccak keccak = Keccak.shake256().absorb(in, 100, 99)) {
            keccak.reset().absorb(in, 0, 200).squeeze(out, 0, 9);
            keccak.reset().absorb(in, 0, 200).squeeze(out, 0, 32);
        }
        assertThat(out.array()).isEqualTo(shake(256, input, 32));
    }

    @Test
    void aCopyGoesOnByItself() {
        byte[] input = bytes(300);
        ByteBuffer in = ByteBuffer.wrap(input);
        ByteBuffer out = ByteBuffer.allocate(32);
        try (Keccak keccak = Keccak.shake256().absorb(in, 0, 201);
                Keccak copy = keccak.copy()) {
            copy.absorb(in, 201, 99).squeeze(out, 0, 32);
            assertThat(out.array()).isEqualTo(shake(256, input, 32));
            keccak.squeeze(out, 0, 10);
            try (Keccak late = keccak.copy()) {
                late.squeeze(out, 10, 22);
            }
            assertThat(out.array()).isEqualTo(shake(256, Arrays.copyOf(input, 201), 32));
        }
    }

    @Test
    void takesNoInputAfterOutput() {
        ByteBuffer buffer = ByteBuffer.allocate(8);
        try (Keccak keccak = Keccak.shake256()) {
            keccak.squeeze(buffer, 0, 1);
            assertThatIllegalStateException().isThrownBy(() -> keccak.absorb(buffer, 0, 1));
            assertThatIllegalStateException().isThrownBy(() -> keccak.absorb((byte) 1));
            assertThatIllegalStateException().isThrownBy(() -> keccak.absorbLong(1));
        }
    }

    @Test
    void refusesRangesThatLeaveABuffer() {
        ByteBuffer buffer = ByteBuffer.allocate(8);
        ByteBuffer longer = ByteBuffer.wrap(bytes(16));
        try (Keccak keccak = Keccak.shake256()) {
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> keccak.absorb(buffer, 1, 8));
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> keccak.absorb(longer, 1, 16));
            assertThat(KeccakMemoryTest.isZero(keccak.words))
                    .as("nothing is absorbed")
                    .isTrue();
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> keccak.squeeze(buffer, -1, 2));
            keccak.absorb(buffer, 0, 8);
        }
    }

    private static byte[] output(Keccak function, byte[] input, int length) {
        ByteBuffer out = ByteBuffer.allocateDirect(length);
        try (function) {
            function.absorb(ByteBuffer.wrap(input), 0, input.length).squeeze(out, 0, length);
        }
        byte[] output = new byte[length];
        out.get(0, output);
        return output;
    }

    private static byte[] shake(int bits, byte[] input, int length) {
        SHAKEDigest digest = new SHAKEDigest(bits);
        digest.update(input, 0, input.length);
        byte[] output = new byte[length];
        digest.doFinal(output, 0, length);
        return output;
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
