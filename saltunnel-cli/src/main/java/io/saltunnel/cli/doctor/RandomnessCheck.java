package io.saltunnel.cli.doctor;

import com.google.crypto.tink.subtle.Random;
import io.saltunnel.core.random.RandomSource;
import java.nio.ByteBuffer;

/**
 * Checks whether the source of random bytes is broken: stuck, biased, or repeating itself. The tests are the health
 * tests of NIST SP 800-90B, section 4.4, and a count of ones. Each fails a good source less than once in
 * 2<sup>60</sup> runs. A pass doesn't show that bytes can't be guessed: no test of outputs can.
 */
final class RandomnessCheck {

    private static final int SAMPLE = 1 << 16;

    /** Repetition count: this many equal bytes in a row, 2<sup>-80</sup> at each of 2<sup>16</sup> places. */
    private static final int REPETITIONS = 11;

    /** Adaptive proportion: the most occurrences of a window's first byte in the window. The average is two. */
    private static final int WINDOW = 512;

    private static final int OCCURRENCES = 30;

    /** Ten standard deviations of the number of ones. One deviation is √(8 · 2<sup>16</sup>) / 2. */
    private static final int MOST_ONES_BESIDE_HALF = 3620;

    private final RandomSource source;

    RandomnessCheck(RandomSource source) {
        this.source = source;
    }

    Finding look() {
        byte[] first = draw(ByteBuffer.allocateDirect(SAMPLE));
        byte[] second = draw(ByteBuffer.allocate(SAMPLE));
        byte[] tink = Random.randBytes(SAMPLE);
        for (byte[] sample : new byte[][] {first, second, tink}) {
            String fault = fault(sample);
            if (!fault.isEmpty()) {
                return Finding.wrong((sample == tink ? "Tink's random bytes " : "random bytes ") + fault);
            }
        }
        if (sharesABlock(first, second) || sharesABlock(first, tink) || sharesABlock(second, tink)) {
            return Finding.wrong("random bytes were given out twice");
        }
        return Finding.ok("the kernel's and Tink's bytes neither repeat nor are biased;"
                + " no test can show that they can't be guessed");
    }

    private byte[] draw(ByteBuffer target) {
        source.fill(target);
        byte[] bytes = new byte[SAMPLE];
        target.get(0, bytes);
        return bytes;
    }

    private static String fault(byte[] sample) {
        int run = 0;
        int ones = 0;
        int occurrences = 0;
        for (int i = 0; i < sample.length; i++) {
            run = i > 0 && sample[i] == sample[i - 1] ? run + 1 : 1;
            occurrences = i % WINDOW == 0 ? 0 : occurrences;
            occurrences += sample[i] == sample[i / WINDOW * WINDOW] ? 1 : 0;
            ones += Integer.bitCount(sample[i] & 0xff);
            if (run >= REPETITIONS) {
                return "repeat one value";
            }
            if (occurrences >= OCCURRENCES) {
                return "have one value far too often";
            }
        }
        return Math.abs(ones - sample.length * 4) > MOST_ONES_BESIDE_HALF ? "lean to ones or zeros" : "";
    }

    /** Whether 16 bytes at the same place are equal: once in 2<sup>116</sup> if both are random. */
    private static boolean sharesABlock(byte[] one, byte[] other) {
        ByteBuffer a = ByteBuffer.wrap(one);
        ByteBuffer b = ByteBuffer.wrap(other);
        for (int i = 0; i < SAMPLE; i += 16) {
            if (a.getLong(i) == b.getLong(i) && a.getLong(i + 8) == b.getLong(i + 8)) {
                return true;
            }
        }
        return false;
    }
}
