package io.saltunnel.it.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.Deflater;

/**
 * Statistical tests that distinguish bytes from random ones. The chance that a test fails on truly random bytes is less
 * than one in a billion, over all positions of a frame together.
 */
final class Uniformity {

    /** Standard deviations of a normal variable; the chance beyond it on either side is 3e-13. */
    private static final double LIMIT = 7.3;

    private Uniformity() {}

    /**
     * At every position of a frame every byte value is equally frequent.
     *
     * @param frames at least 1280, so that five of each value are expected
     */
    static void bytesPerPosition(List<byte[]> frames) {
        valuesPerPosition(frames, 256, 0);
    }

    /**
     * At every position of a frame both halves of the byte take every value equally often.
     *
     * @param frames at least 80, so that five of each value are expected
     */
    static void halfBytesPerPosition(List<byte[]> frames) {
        valuesPerPosition(frames, 16, 0);
        valuesPerPosition(frames, 16, 4);
    }

    private static void valuesPerPosition(List<byte[]> frames, int values, int shift) {
        assertThat(frames).hasSizeGreaterThanOrEqualTo(5 * values);
        int size = frames.get(0).length;
        for (int position = 0; position < size; position++) {
            var counts = new int[values];
            for (byte[] frame : frames) {
                counts[((frame[position] & 0xff) >> shift) & (values - 1)]++;
            }
            assertThat(deviation(counts, frames.size()))
                    .as("chi-square of byte %d, in standard deviations", position)
                    .isBetween(-LIMIT, LIMIT);
        }
    }

    /**
     * Chi-square against a uniform distribution, transformed to a standard normal variable (Wilson and Hilferty, 1931).
     */
    private static double deviation(int[] counts, int total) {
        double expected = (double) total / counts.length;
        double chiSquare = 0;
        for (int count : counts) {
            chiSquare += (count - expected) * (count - expected) / expected;
        }
        double freedom = counts.length - 1;
        double variance = 2 / (9 * freedom);
        return (Math.cbrt(chiSquare / freedom) - (1 - variance)) / Math.sqrt(variance);
    }

    /** Deflate makes it no smaller. */
    static void incompressible(byte[] bytes) {
        var deflater = new Deflater(Deflater.BEST_COMPRESSION);
        try {
            deflater.setInput(bytes);
            deflater.finish();
            var scratch = new byte[1 << 16];
            long compressed = 0;
            while (!deflater.finished()) {
                compressed += deflater.deflate(scratch);
            }
            assertThat(compressed)
                    .as("compressed size of %d bytes", bytes.length)
                    .isGreaterThanOrEqualTo(bytes.length);
        } finally {
            deflater.end();
        }
    }

    /** No 16 bytes occur twice, wherever they begin. */
    static void noRepeatedBlock(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        // Two equal blocks have equal first halves, which are adjacent after sorting. There are almost none.
        var halves = new long[bytes.length - 15];
        for (int i = 0; i < halves.length; i++) {
            halves[i] = buffer.getLong(i);
        }
        long[] sorted = halves.clone();
        Arrays.sort(sorted);
        Set<Long> repeatedHalves = new HashSet<>();
        for (int i = 1; i < sorted.length; i++) {
            if (sorted[i] == sorted[i - 1]) {
                repeatedHalves.add(sorted[i]);
            }
        }
        Set<List<Long>> blocks = new HashSet<>();
        for (int i = 0; i < halves.length; i++) {
            if (repeatedHalves.contains(halves[i])) {
                assertThat(blocks.add(List.of(halves[i], buffer.getLong(i + 8))))
                        .as("the block at %d is the first of its kind", i)
                        .isTrue();
            }
        }
    }

    /** None of the words is readable, although all of them occur in the sent data. */
    static void noneOf(byte[] bytes, String... words) {
        var text = new String(bytes, StandardCharsets.ISO_8859_1);
        for (String word : words) {
            assertThat(text.contains(word))
                    .as("\"%s\" can be read on the wire", word)
                    .isFalse();
        }
    }
}
