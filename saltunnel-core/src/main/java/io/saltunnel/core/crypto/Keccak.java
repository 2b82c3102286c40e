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
 * <p>The state holds what secrets were absorbed, until {@link #close()} wipes it. One thread at a time.
 */
public final class Keccak implements AutoCloseable {

    /** Bytes of output of SHA3-256: {@value}. */
    public static final int SHA3_256_SIZE = 32;

    /** Bytes of output of SHA3-512: {@value}. */
    public static final int SHA3_512_SIZE = 64;

    private static final int STATE_BYTES = KeccakPermutation.WORDS * Long.BYTES;
    private static final int SHA3_SUFFIX = 0x06;
    private static final int SHAKE_SUFFIX = 0x1f;

    private final long[] state;

    /** Bytes of a block. */
    private final int rate;

    private final int suffix;
    private int at;
    private boolean squeezing;

    private Keccak(int securityBytes, int suffix) {
        this(STATE_BYTES - 2 * securityBytes, suffix, new long[KeccakPermutation.WORDS]);
    }

    private Keccak(int rate, int suffix, long[] state) {
        this.rate = rate;
        this.suffix = suffix;
        this.state = state;
    }

    /**
     * The hash function SHA3-256.
     *
     * @return with nothing absorbed; its output is the first {@value #SHA3_256_SIZE} bytes squeezed; the caller owns
     *     and closes it
     */
    public static Keccak sha3of256() {
        return new Keccak(32, SHA3_SUFFIX);
    }

    /**
     * The hash function SHA3-512.
     *
     * @return with nothing absorbed; its output is the first {@value #SHA3_512_SIZE} bytes squeezed; the caller owns
     *     and closes it
     */
    public static Keccak sha3of512() {
        return new Keccak(64, SHA3_SUFFIX);
    }

    /**
     * The extendable-output function SHAKE128.
     *
     * @return with nothing absorbed; the caller owns it and closes it
     */
    public static Keccak shake128() {
        return new Keccak(16, SHAKE_SUFFIX);
    }

    /**
     * The extendable-output function SHAKE256.
     *
     * @return with nothing absorbed; the caller owns it and closes it
     */
    public static Keccak shake256() {
        return new Keccak(32, SHAKE_SUFFIX);
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
        int from = offset;
        int end = offset + length;
        while (from < end) {
            if (at % Long.BYTES == 0 && end - from >= Long.BYTES) {
                state[at / Long.BYTES] ^= LittleEndian.getLong(input, from);
                from += Long.BYTES;
                advance(Long.BYTES);
            } else {
                absorbByte(input.get(from++));
            }
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
        absorbByte(value);
        return this;
    }

    /** Absorbs eight bytes, little-endian; only after whole words. */
    Keccak absorbLong(long word) {
        requireAbsorbing();
        state[at / Long.BYTES] ^= word;
        advance(Long.BYTES);
        return this;
    }

    private void requireAbsorbing() {
        if (squeezing) {
            throw new IllegalStateException("output was taken already");
        }
    }

    private void absorbByte(byte value) {
        xor(at, value & 0xff);
        advance(1);
    }

    private void xor(int index, int value) {
        state[index / Long.BYTES] ^= (long) value << (Byte.SIZE * (index % Long.BYTES));
    }

    /** A rate is a multiple of eight, so a whole word never goes beyond a block. */
    private void advance(int bytes) {
        at += bytes;
        if (at == rate) {
            KeccakPermutation.permute(state);
            at = 0;
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
        int to = offset;
        int end = offset + length;
        while (to < end) {
            nextBlockIfNeeded();
            if (at % Long.BYTES == 0 && end - to >= Long.BYTES) {
                LittleEndian.putLong(output, to, state[at / Long.BYTES]);
                to += Long.BYTES;
                at += Long.BYTES;
            } else {
                output.put(to++, (byte) (state[at / Long.BYTES] >>> (Byte.SIZE * (at % Long.BYTES))));
                at++;
            }
        }
        return this;
    }

    /** The next eight bytes of the output, little-endian; only after whole words. */
    long squeezeLong() {
        beginSqueezing();
        nextBlockIfNeeded();
        long word = state[at / Long.BYTES];
        at += Long.BYTES;
        return word;
    }

    private void beginSqueezing() {
        if (!squeezing) {
            squeezing = true;
            xor(at, suffix);
            xor(rate - 1, 0x80);
            KeccakPermutation.permute(state);
            at = 0;
        }
    }

    private void nextBlockIfNeeded() {
        if (at == rate) {
            KeccakPermutation.permute(state);
            at = 0;
        }
    }

    /**
     * Makes another one in the same state, from which both go on independently.
     *
     * @return a copy that the caller owns and closes
     */
    public Keccak copy() {
        Keccak copy = new Keccak(rate, suffix, state.clone());
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
