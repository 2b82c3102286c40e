package io.saltunnel.core.crypto;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The hash functions of FIPS 202: a sponge that absorbs its input, then gives its output.
 *
 * <pre>
 *   absorb, absorb, … ──▶ squeeze, squeeze, … ──▶ close
 *                          └── no more input ──┘
 * </pre>
 *
 * <p>The state holds what secrets were absorbed, until {@link #close()} wipes it. {@link #shake256()} and
 * {@link #sha3of512()} may absorb secrets. The others may not: they leave words of their input on the thread's stack. One
 * thread at a time.
 */
public final class Keccak implements AutoCloseable {

    /** Bytes of output of SHA3-256: {@value}. */
    public static final int SHA3_256_SIZE = 32;

    /** Bytes of output of SHA3-512: {@value}. */
    public static final int SHA3_512_SIZE = 64;

    private static final int STATE_BYTES = KeccakPermutation.WORDS * Long.BYTES;
    private static final int SHA3_SUFFIX = 0x06;
    private static final int SHAKE_SUFFIX = 0x1f;

    private static final long[] NONE = {};

    private final long[] state;

    /** Of a function for secrets, a state without any. Otherwise empty. */
    private final long[] rinse;

    /** Bytes of a block. */
    private final int rate;

    private final int suffix;
    private int at;
    private boolean squeezing;

    private Keccak(int rate, int suffix, long[] state, long[] rinse) {
        this.rate = rate;
        this.suffix = suffix;
        this.state = state;
        this.rinse = rinse;
    }

    private static Keccak ofPublic(int securityBytes, int suffix) {
        return new Keccak(rate(securityBytes), suffix, new long[KeccakPermutation.WORDS], NONE);
    }

    private static Keccak ofSecret(int securityBytes, int suffix) {
        return new Keccak(
                rate(securityBytes), suffix, new long[KeccakPermutation.WORDS], new long[KeccakPermutation.WORDS]);
    }

    private static int rate(int securityBytes) {
        return STATE_BYTES - 2 * securityBytes;
    }

    /**
     * The hash function SHA3-256, for input that is not secret.
     *
     * @return with nothing absorbed; its output is the first {@value #SHA3_256_SIZE} bytes squeezed; the caller owns
     *     and closes it
     */
    public static Keccak sha3of256() {
        return ofPublic(32, SHA3_SUFFIX);
    }

    /**
     * The hash function SHA3-512, also for secrets.
     *
     * @return with nothing absorbed; its output is the first {@value #SHA3_512_SIZE} bytes squeezed; the caller owns
     *     and closes it
     */
    public static Keccak sha3of512() {
        return ofSecret(64, SHA3_SUFFIX);
    }

    /**
     * The extendable-output function SHAKE128, for input that is not secret.
     *
     * @return with nothing absorbed; the caller owns it and closes it
     */
    public static Keccak shake128() {
        return ofPublic(16, SHAKE_SUFFIX);
    }

    /**
     * The extendable-output function SHAKE256, also for secrets.
     *
     * @return with nothing absorbed; the caller owns it and closes it
     */
    public static Keccak shake256() {
        return ofSecret(32, SHAKE_SUFFIX);
    }

    /**
     * Absorbs bytes.
     *
     * @param input holds the bytes; its position and limit don't move
     * @param offset absolute index of the first byte
     * @param length number of bytes, 0 or more
     * @return this, which the caller still owns
     * @throws IndexOutOfBoundsException if the range leaves the buffer; nothing is absorbed then
     * @throws IllegalStateException if output was taken already
     */
    public Keccak absorb(ByteBuffer input, int offset, int length) {
        LittleEndian.check(input, offset, length);
        requireAbsorbing();
        boolean permuted = false;
        int from = offset;
        int end = offset + length;
        while (from < end) {
            if (at % Long.BYTES == 0 && end - from >= Long.BYTES) {
                state[at / Long.BYTES] ^= LittleEndian.getLong(input, from);
                from += Long.BYTES;
                at += Long.BYTES;
            } else {
                xor(at++, input.get(from++) & 0xff);
            }
            if (at == rate) { // a multiple of eight, so a whole word never goes beyond a block
                permute(state);
                permuted = true;
                at = 0;
            }
        }
        if (permuted) {
            permute(rinse);
        }
        return this;
    }

    /**
     * Absorbs one byte.
     *
     * @param value the byte
     * @return this, which the caller still owns
     * @throws IllegalStateException if output was taken already
     */
    public Keccak absorb(byte value) {
        requireAbsorbing();
        xor(at++, value & 0xff);
        permuteFull();
        return this;
    }

    /** Absorbs eight bytes, little-endian; only after whole words. */
    Keccak absorbLong(long word) {
        requireAbsorbing();
        state[at / Long.BYTES] ^= word;
        at += Long.BYTES;
        permuteFull();
        return this;
    }

    private void requireAbsorbing() {
        if (squeezing) {
            throw new IllegalStateException("output was taken already");
        }
    }

    private void xor(int index, int value) {
        state[index / Long.BYTES] ^= (long) value << (Byte.SIZE * (index % Long.BYTES));
    }

    private void permuteFull() {
        if (at == rate) {
            permute(state);
            permute(rinse);
            at = 0;
        }
    }

    /**
     * Permutes the state, or the state without secrets. The permutation's frame has slots for the words of its input, and
     * they keep them after it has returned. So each method that permutes the state afterwards permutes the other one by
     * the same calls, and so in the same place of the stack, which overwrites the slots.
     */
    private static void permute(long[] words) {
        if (words.length != 0) {
            KeccakPermutation.permute(words);
        }
    }

    /**
     * Takes the next bytes of the output.
     *
     * @param output takes the bytes; its position and limit don't move
     * @param offset absolute index of the first byte
     * @param length number of bytes, 0 or more
     * @return this, which the caller still owns
     * @throws IndexOutOfBoundsException if the range leaves the buffer; nothing is taken then
     */
    public Keccak squeeze(ByteBuffer output, int offset, int length) {
        LittleEndian.check(output, offset, length);
        beginSqueezing();
        boolean permuted = false;
        int to = offset;
        int end = offset + length;
        while (to < end) {
            if (at == rate) {
                permute(state);
                permuted = true;
                at = 0;
            }
            if (at % Long.BYTES == 0 && end - to >= Long.BYTES) {
                LittleEndian.putLong(output, to, state[at / Long.BYTES]);
                to += Long.BYTES;
                at += Long.BYTES;
            } else {
                output.put(to++, (byte) (state[at / Long.BYTES] >>> (Byte.SIZE * (at % Long.BYTES))));
                at++;
            }
        }
        if (permuted) {
            permute(rinse);
        }
        return this;
    }

    /** The next eight bytes of the output, little-endian; only after whole words. */
    long squeezeLong() {
        beginSqueezing();
        permuteFull();
        long word = state[at / Long.BYTES];
        at += Long.BYTES;
        return word;
    }

    /** Ends the input. The first block of output follows from a permutation, as each other block does. */
    private void beginSqueezing() {
        if (!squeezing) {
            squeezing = true;
            xor(at, suffix);
            xor(rate - 1, 0x80);
            at = rate;
        }
    }

    /**
     * Makes another one in the same state, from which both go on independently.
     *
     * @return a copy that the caller owns and closes
     */
    public Keccak copy() {
        Keccak copy = new Keccak(rate, suffix, state.clone(), rinse.clone());
        copy.at = at;
        copy.squeezing = squeezing;
        return copy;
    }

    /** Begins anew, with nothing absorbed. */
    Keccak reset() {
        Arrays.fill(state, 0);
        at = 0;
        squeezing = false;
        return this;
    }

    /** Wipes the state. The object then is as new. */
    @Override
    public void close() {
        try {
            reset();
        } finally {
            Reference.reachabilityFence(state); // keeps the stores
        }
    }
}
