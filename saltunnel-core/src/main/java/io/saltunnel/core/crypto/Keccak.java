package io.saltunnel.core.crypto;

import io.saltunnel.core.secret.DeadStack;
import io.saltunnel.core.secret.SecretBytes;
import io.saltunnel.core.secret.SecretMemory;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The hash functions of FIPS 202: a sponge that absorbs its input, then gives its output.
 *
 * <pre>
 *   absorb, absorb, … ──▶ squeeze, squeeze, … ──▶ close
 *                          └── no more input ──┘
 * </pre>
 *
 * <p>The state is in locked memory, and {@link #close()} wipes it. All states are in direct memory, because the
 * compiler generates slower code for the permutation once it has been called with a heap buffer. {@link #shake256()}
 * and {@link #sha3of512()} may absorb secrets; their callers wipe the thread's stack afterwards ({@link DeadStack}).
 * One thread at a time.
 */
public final class Keccak implements AutoCloseable {

    /** Bytes of output of SHA3-256: {@value}. */
    public static final int SHA3_256_SIZE = 32;

    /** Bytes of output of SHA3-512: {@value}. */
    public static final int SHA3_512_SIZE = 64;

    /** Words in the state of a function for input that is not secret. */
    static final int PUBLIC_WORDS = KeccakPermutation.WORDS;

    /** Words of a function for secrets: its state, and behind it a state without secrets. */
    static final int SECRET_WORDS = 2 * KeccakPermutation.WORDS;

    private static final int STATE_BYTES = KeccakPermutation.WORDS * Long.BYTES;
    private static final int SHA3_SUFFIX = 0x06;
    private static final int SHAKE_SUFFIX = 0x1f;

    private enum Phase {
        ABSORBING,
        SQUEEZING,
        CLOSED
    }

    /** The state. */
    final LongBuffer words;

    /** Of a function for secrets, a state that absorbs nothing; otherwise null. {@link #permute} says why. */
    final @Nullable LongBuffer rinse;

    /** The memory of the words, if this object owns it; otherwise null. */
    private final @Nullable SecretBytes slot;

    /** Bytes of a block. */
    private final int rate;

    private final int suffix;
    private int at;
    private Phase phase = Phase.ABSORBING;

    private Keccak(
            int securityBytes, int suffix, LongBuffer words, @Nullable LongBuffer rinse, @Nullable SecretBytes slot) {
        this.rate = STATE_BYTES - 2 * securityBytes;
        this.suffix = suffix;
        this.words = words;
        this.rinse = rinse;
        this.slot = slot;
    }

    private static Keccak ofPublic(int securityBytes, int suffix) {
        return ofPublic(securityBytes, suffix, ScratchMemory.take(PUBLIC_WORDS * Long.BYTES));
    }

    private static Keccak ofPublic(int securityBytes, int suffix, SecretBytes slot) {
        try {
            return new Keccak(securityBytes, suffix, slot.buffer().asLongBuffer(), null, slot);
        } catch (Throwable e) { // the memory was closed meanwhile
            slot.close();
            throw e;
        }
    }

    private static Keccak ofSecret(int securityBytes, int suffix) {
        return ofSecret(securityBytes, suffix, ScratchMemory.take(SECRET_WORDS * Long.BYTES));
    }

    private static Keccak ofSecret(int securityBytes, int suffix, SecretBytes slot) {
        try {
            return ofSecret(securityBytes, suffix, slot.buffer().asLongBuffer(), slot);
        } catch (Throwable e) { // the memory was closed meanwhile
            slot.close();
            throw e;
        }
    }

    private static Keccak ofSecret(int securityBytes, int suffix, LongBuffer words, @Nullable SecretBytes slot) {
        LongBuffer state = words.slice(0, KeccakPermutation.WORDS);
        LongBuffer rinse = words.slice(KeccakPermutation.WORDS, KeccakPermutation.WORDS);
        return new Keccak(securityBytes, suffix, state, rinse, slot);
    }

    /**
     * The hash function SHA3-256, for input that is not secret.
     *
     * @return the function before its input; its output is the first {@value #SHA3_256_SIZE} bytes squeezed; the
     *     caller owns and closes it
     * @throws IllegalStateException never, unless this class has a defect
     * @throws io.saltunnel.core.secret.MemoryLockException if its memory must be locked and can't be
     */
    public static Keccak sha3of256() {
        return ofPublic(32, SHA3_SUFFIX);
    }

    /**
     * The hash function SHA3-256, for input that is not secret, in the caller's memory.
     *
     * @param memory holds the state. If it is closed before the output is taken, the output is wrong: the caller checks
     *     that it is still open before it uses the output
     * @return the function before its input; its output is the first {@value #SHA3_256_SIZE} bytes squeezed; the
     *     caller owns and closes it
     * @throws IllegalStateException if the memory is closed
     * @throws io.saltunnel.core.secret.MemoryLockException if memory must be locked and can't be
     */
    public static Keccak sha3of256(SecretMemory memory) {
        return ofPublic(32, SHA3_SUFFIX, memory.allocate(PUBLIC_WORDS * Long.BYTES));
    }

    /** SHA3-256 in the caller's memory: {@link #PUBLIC_WORDS} words of zeros, which the caller wipes. */
    static Keccak sha3of256(LongBuffer words) {
        return new Keccak(32, SHA3_SUFFIX, words, null, null);
    }

    /**
     * The hash function SHA3-512, also for secrets.
     *
     * @return the function before its input; its output is the first {@value #SHA3_512_SIZE} bytes squeezed; the
     *     caller owns and closes it
     * @throws IllegalStateException never, unless this class has a defect
     * @throws io.saltunnel.core.secret.MemoryLockException if its memory must be locked and can't be
     */
    public static Keccak sha3of512() {
        return ofSecret(64, SHA3_SUFFIX);
    }

    /** SHA3-512 in the caller's memory: {@link #SECRET_WORDS} words of zeros, which the caller wipes. */
    static Keccak sha3of512(LongBuffer words) {
        return ofSecret(64, SHA3_SUFFIX, words, null);
    }

    /**
     * The extendable-output function SHAKE128, for input that is not secret.
     *
     * @return the function before its input; the caller owns and closes it
     * @throws IllegalStateException never, unless this class has a defect
     * @throws io.saltunnel.core.secret.MemoryLockException if its memory must be locked and can't be
     */
    public static Keccak shake128() {
        return ofPublic(16, SHAKE_SUFFIX);
    }

    /** SHAKE128 in the caller's memory: {@link #PUBLIC_WORDS} words of zeros, which the caller wipes. */
    static Keccak shake128(LongBuffer words) {
        return new Keccak(16, SHAKE_SUFFIX, words, null, null);
    }

    /**
     * The extendable-output function SHAKE256, also for secrets.
     *
     * @return the function before its input; the caller owns and closes it
     * @throws IllegalStateException never, unless this class has a defect
     * @throws io.saltunnel.core.secret.MemoryLockException if its memory must be locked and can't be
     */
    public static Keccak shake256() {
        return ofSecret(32, SHAKE_SUFFIX);
    }

    /** SHAKE256 with its states in a slot of this memory. */
    static Keccak shake256(SecretMemory memory) {
        return ofSecret(32, SHAKE_SUFFIX, memory.allocate(SECRET_WORDS * Long.BYTES));
    }

    /** SHAKE256 in the caller's memory: {@link #SECRET_WORDS} words of zeros, which the caller wipes. */
    static Keccak shake256(LongBuffer words) {
        return ofSecret(32, SHAKE_SUFFIX, words, null);
    }

    /**
     * Absorbs bytes.
     *
     * @param input holds the bytes; its position and limit don't move
     * @param offset absolute index of the first byte
     * @param length number of bytes, 0 or more
     * @return this, which the caller still owns
     * @throws IndexOutOfBoundsException if the range leaves the buffer; nothing is absorbed then
     * @throws IllegalStateException if output was taken already, or this is closed
     */
    public Keccak absorb(ByteBuffer input, int offset, int length) {
        LittleEndian.check(input, offset, length);
        requireAbsorbing();
        boolean permuted = false;
        int from = offset;
        int end = offset + length;
        while (from < end) {
            if (at % Long.BYTES == 0 && end - from >= Long.BYTES) {
                int whole = Math.min(rate - at, end - from) / Long.BYTES;
                xorWords(at / Long.BYTES, input, from, whole);
                from += whole * Long.BYTES;
                at += whole * Long.BYTES;
            } else {
                xor(at++, input.get(from++) & 0xff);
            }
            if (at == rate) { // a multiple of eight, so a whole word never goes beyond a block
                permute(words);
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
     * @throws IllegalStateException if output was taken already, or this is closed
     */
    public Keccak absorb(byte value) {
        requireAbsorbing();
        xor(at++, value & 0xff);
        permuteFull();
        return this;
    }

    /** Absorbs eight bytes, little-endian. The number of bytes absorbed before must be a multiple of eight. */
    Keccak absorbLong(long word) {
        requireAbsorbing();
        xorWord(at / Long.BYTES, word);
        at += Long.BYTES;
        permuteFull();
        return this;
    }

    private void requireAbsorbing() {
        requireOpen();
        if (phase == Phase.SQUEEZING) {
            throw new IllegalStateException("output was taken already");
        }
    }

    private void requireOpen() {
        if (phase == Phase.CLOSED) {
            throw new IllegalStateException("closed");
        }
    }

    private void xor(int index, int value) {
        xorWord(index / Long.BYTES, (long) value << (Byte.SIZE * (index % Long.BYTES)));
    }

    private void xorWords(int index, ByteBuffer input, int from, int count) {
        for (int i = 0; i < count; i++) {
            xorWord(index + i, LittleEndian.getLong(input, from + i * Long.BYTES));
        }
    }

    private void xorWord(int index, long value) {
        words.put(index, words.get(index) ^ value);
    }

    private void permuteFull() {
        if (at == rate) {
            permute(words);
            permute(rinse);
            at = 0;
        }
    }

    /**
     * Permutes the state, or the state without secrets if there is one. The permutation's stack frame has slots for
     * words of its input, which keep their content after it returns. So a method that has permuted the state then
     * permutes the state without secrets, by the same calls. Its frame is at the same place of the stack, and
     * overwrites the slots.
     */
    private static void permute(@Nullable LongBuffer which) {
        if (which != null) {
            KeccakPermutation.permute(which);
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
     * @throws IllegalStateException if this is closed
     */
    public Keccak squeeze(ByteBuffer output, int offset, int length) {
        LittleEndian.check(output, offset, length);
        beginSqueezing();
        boolean permuted = false;
        int to = offset;
        int end = offset + length;
        while (to < end) {
            if (at == rate) {
                permute(words);
                permuted = true;
                at = 0;
            }
            long word = words.get(at / Long.BYTES);
            if (at % Long.BYTES == 0 && end - to >= Long.BYTES) {
                LittleEndian.putLong(output, to, word);
                to += Long.BYTES;
                at += Long.BYTES;
            } else {
                output.put(to++, (byte) (word >>> (Byte.SIZE * (at % Long.BYTES))));
                at++;
            }
        }
        if (permuted) {
            permute(rinse);
        }
        return this;
    }

    /** Takes eight bytes of output, little-endian. The number of bytes taken before must be a multiple of eight. */
    long squeezeLong() {
        beginSqueezing();
        permuteFull();
        long word = words.get(at / Long.BYTES);
        at += Long.BYTES;
        return word;
    }

    /** Pads the input, which ends it. The state is permuted before the first block of output, as before every later one. */
    private void beginSqueezing() {
        if (phase != Phase.SQUEEZING) {
            requireOpen();
            phase = Phase.SQUEEZING;
            xor(at, suffix);
            xor(rate - 1, 0x80);
            at = rate;
        }
    }

    /**
     * Copies the function and its state. Both continue independently.
     *
     * @return the copy, which the caller owns and closes
     * @throws IllegalStateException if this is closed
     * @throws io.saltunnel.core.secret.MemoryLockException if the copy's memory must be locked and can't be
     */
    public Keccak copy() {
        requireOpen();
        int securityBytes = (STATE_BYTES - rate) / 2;
        Keccak copy = rinse == null ? ofPublic(securityBytes, suffix) : ofSecret(securityBytes, suffix);
        copy.words.put(0, words, 0, KeccakPermutation.WORDS);
        copy.at = at;
        copy.phase = phase;
        return copy;
    }

    /** Discards all input and output, so that the function can be used again. */
    Keccak reset() {
        requireOpen();
        clear();
        phase = Phase.ABSORBING;
        return this;
    }

    private void clear() {
        for (int i = 0; i < KeccakPermutation.WORDS; i++) {
            words.put(i, 0L);
        }
        at = 0;
    }

    /** Wipes the state. Closing it again does nothing. */
    @Override
    public void close() {
        if (phase != Phase.CLOSED) {
            phase = Phase.CLOSED;
            if (slot != null) {
                slot.close();
            } else {
                clear();
            }
        }
    }
}
