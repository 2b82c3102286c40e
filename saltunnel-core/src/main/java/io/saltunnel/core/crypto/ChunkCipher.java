package io.saltunnel.core.crypto;

import static io.saltunnel.core.crypto.LittleEndian.getLong;

import io.saltunnel.core.secret.LockedRegion;
import io.saltunnel.core.secret.Wiping;
import io.saltunnel.core.wire.ChunkHead;
import io.saltunnel.core.wire.ChunkMark;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.ProtocolVersion;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Seals and opens runs of chunks, the data frames of docs/PROTOCOL.md.
 *
 * <p>A frame is 512 bytes: a tag of 16, then the ciphertext of 496, which is the chunk's {@linkplain ChunkHead head} (2
 * bytes, little-endian: its length and, in version 2, its mark), its data, and zeros. The frames of a run are adjacent,
 * and so are the data of its chunks. Chunk i of a run has the nonce {@code firstNonce + i}.
 *
 * <pre>
 *   frames  | tag 16 | head 2 | data 494 | tag 16 | head 2 | data 494 | …
 *   data    | 494 | 494 | …
 * </pre>
 *
 * <p>An instance is scratch space for keystream and one-time keys. One thread at a time may use it, for any number of
 * keys and connections. Each method wipes what it wrote to the scratch space before it returns or throws.
 */
public final class ChunkCipher implements AutoCloseable {

    /** The most chunks one call seals or opens: {@value}. */
    public static final int MAX_CHUNKS_PER_RUN = 128;

    private static final int KEYSTREAM_SIZE = ChunkKeystream.CAPACITY * ChunkKeystream.STRIDE;
    private static final int TAGS_SIZE = ChunkKeystream.CAPACITY * Poly1305.TAG_SIZE;

    private Kernels kernels;
    private final LockedRegion scratch = LockedRegion.map(KEYSTREAM_SIZE + TAGS_SIZE);
    final ByteBuffer keystream = scratch.buffer().slice(0, KEYSTREAM_SIZE);
    final ByteBuffer computedTags = scratch.buffer().slice(KEYSTREAM_SIZE, TAGS_SIZE);
    private ChunkFailure lastFailure = ChunkFailure.BAD_TAG;
    private ChunkMark lastMark = ChunkMark.NONE;
    private int lastDataLength;

    ChunkCipher(Kernels kernels) {
        this.kernels = kernels;
    }

    /**
     * Allocates the scratch space, about 80 KB. The cipher uses the fastest kernels known to run here. Once
     * {@link #chooseKernels} has found faster ones, it changes to them between two runs.
     *
     * @return a cipher that the caller closes
     * @throws io.saltunnel.core.secret.MemoryLockException if the scratch space must be locked and can't be
     */
    public static ChunkCipher create() {
        return new ChunkCipher(KernelChoice.kernels());
    }

    /**
     * Makes ciphers that together use every kernel that runs here, fast or slow: those that run everywhere, and those
     * that need this JDK or the vector instructions of this processor. For a self-test.
     *
     * @return one cipher or more; the caller closes each
     * @throws io.saltunnel.core.secret.MemoryLockException if scratch space must be locked and can't be
     */
    public static List<ChunkCipher> createEach() {
        return KernelChoice.each().stream().map(ChunkCipher::new).toList();
    }

    /**
     * Finds out by trial which kernels are the fastest, once per process. All ciphers, also those in use, change to
     * them. A trial happens only where the module {@code jdk.incubator.vector} is present; it takes one or two seconds
     * of the calling thread, at most 30. Elsewhere, and after the first call, this returns at once. While another
     * thread runs the trial, it waits for that thread.
     *
     * @param nanoTime the stopwatch of the trial: nanoseconds since an arbitrary moment, never decreasing
     */
    public static void chooseKernels(LongSupplier nanoTime) {
        KernelChoice.choose(nanoTime);
    }

    /**
     * Returns the number of chunks that data of a given length is sealed into.
     *
     * @param dataLength bytes of data, from 0 to {@link Integer#MAX_VALUE} - 493
     * @return the number of chunks, from 0
     */
    public static int chunks(int dataLength) {
        return (dataLength + Frame.MAX_DATA - 1) / Frame.MAX_DATA;
    }

    /**
     * Seals data into frames; all chunks but the last are full, and none has a mark.
     *
     * @param key holds the 32 bytes of the direction's key
     * @param keyOffset where the key starts
     * @param firstNonce the first chunk's nonce, unsigned
     * @param data the data; left as it is
     * @param dataOffset where the data starts
     * @param dataLength bytes of data, from 1 to 128 · 494
     * @param frames takes {@link #chunks chunks(dataLength)} · 512 bytes, which must not overlap the data
     * @param framesOffset where the first frame starts
     * @throws IllegalArgumentException if {@code dataLength} is out of range, or a nonce would pass 2<sup>64</sup> - 1
     * @throws IndexOutOfBoundsException if a range leaves its buffer
     */
    public void seal(
            ByteBuffer key,
            int keyOffset,
            long firstNonce,
            ByteBuffer data,
            int dataOffset,
            int dataLength,
            ByteBuffer frames,
            int framesOffset) {
        if (dataLength < 1) {
            throw new IllegalArgumentException("dataLength " + dataLength);
        }
        seal(
                key,
                keyOffset,
                firstNonce,
                data,
                dataOffset,
                dataLength,
                chunks(dataLength),
                ChunkMark.NONE,
                frames,
                framesOffset);
    }

    /**
     * Seals data into a number of frames, the last of which has a mark. The data fills the first chunks. Those that it
     * doesn't reach have length 0, and take about as long as full ones: all chunks go through the same arithmetic, in
     * the same batches.
     *
     * @param key holds the 32 bytes of the direction's key
     * @param keyOffset where the key starts
     * @param firstNonce the first chunk's nonce, unsigned
     * @param data the data; left as it is
     * @param dataOffset where the data starts
     * @param dataLength bytes of data, from 0 to {@code frameCount} · 494
     * @param frameCount the number of frames, from 1 to 128
     * @param mark the last chunk's mark
     * @param frames takes {@code frameCount} · 512 bytes, which must not overlap the data
     * @param framesOffset where the first frame starts
     * @throws IllegalArgumentException if {@code frameCount} or {@code dataLength} is out of range, or a nonce would
     *     pass 2<sup>64</sup> - 1
     * @throws IndexOutOfBoundsException if a range leaves its buffer
     */
    public void seal(
            ByteBuffer key,
            int keyOffset,
            long firstNonce,
            ByteBuffer data,
            int dataOffset,
            int dataLength,
            int frameCount,
            ChunkMark mark,
            ByteBuffer frames,
            int framesOffset) {
        if (frameCount < 1 || frameCount > MAX_CHUNKS_PER_RUN) {
            throw new IllegalArgumentException("frameCount " + frameCount);
        }
        if (dataLength < 0 || dataLength > frameCount * Frame.MAX_DATA) {
            throw new IllegalArgumentException("dataLength " + dataLength);
        }
        checkNonces(firstNonce, frameCount);
        LittleEndian.check(key, keyOffset, Salsa20.KEY_SIZE);
        LittleEndian.check(data, dataOffset, dataLength);
        LittleEndian.check(frames, framesOffset, frameCount * Frame.SIZE);
        kernels = KernelChoice.latest(kernels);
        try {
            for (int done = 0; done < frameCount; ) {
                int batch = Math.min(frameCount - done, ChunkKeystream.CAPACITY);
                int firstFrame = framesOffset + done * Frame.SIZE;
                kernels.keystream.generate(key, keyOffset, firstNonce + done, batch, keystream);
                int from = Math.min(done * Frame.MAX_DATA, dataLength);
                int length = Math.min(dataLength - from, batch * Frame.MAX_DATA);
                kernels.text.encrypt(keystream, batch, data, dataOffset + from, length, frames, firstFrame);
                done += batch;
                if (done == frameCount) {
                    setMark(mark, frames, framesOffset + (frameCount - 1) * Frame.SIZE);
                }
                kernels.tags.compute(keystream, batch, frames, firstFrame, frames, firstFrame, Frame.SIZE);
            }
        } finally {
            wipe(frameCount);
        }
    }

    /** Sets a mark in a head that is encrypted and has none: a stream cipher leaves each bit in its place. */
    private static void setMark(ChunkMark mark, ByteBuffer frames, int frame) {
        int highByte = frame + Frame.TAG + 1;
        frames.put(highByte, (byte) (frames.get(highByte) ^ mark.bit() >>> Byte.SIZE));
    }

    /**
     * Opens frames of version 1 in order, up to the first bad one.
     *
     * @param key holds the 32 bytes of the direction's key
     * @param keyOffset where the key starts
     * @param firstNonce the first chunk's nonce, unsigned
     * @param frames the frames; left as they are, unless the data replaces them
     * @param framesOffset where the first frame starts
     * @param frameCount the number of frames, from 1 to 128
     * @param data takes the data; must have room for {@code frameCount} · 494 bytes. Bytes after the opened data keep
     *     their values. May be the same buffer as {@code frames} if the data starts where the frames do, or doesn't
     *     overlap them
     * @param dataOffset where the data starts
     * @return the number of data bytes written, if all frames are good; otherwise {@code ~index} of the first bad
     *     frame, a negative number. The data of the frames before it has been written then: {@link #lastDataLength}
     *     returns how much, and {@link #lastFailure} returns the reason
     * @throws IllegalArgumentException if {@code frameCount} is out of range, or a nonce would pass 2<sup>64</sup> - 1
     * @throws IndexOutOfBoundsException if a range leaves its buffer
     */
    public int open(
            ByteBuffer key,
            int keyOffset,
            long firstNonce,
            ByteBuffer frames,
            int framesOffset,
            int frameCount,
            ByteBuffer data,
            int dataOffset) {
        int opened = open(
                ProtocolVersion.V1, key, keyOffset, firstNonce, frames, framesOffset, frameCount, data, dataOffset);
        return opened < 0 ? opened : lastDataLength;
    }

    /**
     * Opens frames in order, up to and including the first one that has a mark, or up to the first bad one. The data of
     * the frames that were opened has been written then: {@link #lastDataLength} says how much. {@link #lastMark} gives
     * the last one's mark.
     *
     * @param version the version that defines the chunks' heads
     * @param key holds the 32 bytes of the direction's key
     * @param keyOffset where the key starts
     * @param firstNonce the first chunk's nonce, unsigned
     * @param frames the frames; left as they are, unless the data replaces them
     * @param framesOffset where the first frame starts
     * @param frameCount the number of frames, from 1 to 128
     * @param data takes the data; must have room for {@code frameCount} · 494 bytes. Bytes after the opened data keep
     *     their values. May be the same buffer as {@code frames} if the data starts no later than they do, or doesn't
     *     overlap them
     * @param dataOffset where the data starts
     * @return how many frames were opened, if none of them is bad: all, or those up to the mark. Otherwise
     *     {@code ~index} of the bad one, a negative number; {@link #lastFailure} says what was wrong
     * @throws IllegalArgumentException if {@code frameCount} is out of range, or a nonce would pass 2<sup>64</sup> - 1
     * @throws IndexOutOfBoundsException if a range leaves its buffer
     */
    public int open(
            ProtocolVersion version,
            ByteBuffer key,
            int keyOffset,
            long firstNonce,
            ByteBuffer frames,
            int framesOffset,
            int frameCount,
            ByteBuffer data,
            int dataOffset) {
        if (frameCount < 1 || frameCount > MAX_CHUNKS_PER_RUN) {
            throw new IllegalArgumentException("frameCount " + frameCount);
        }
        checkNonces(firstNonce, frameCount);
        LittleEndian.check(key, keyOffset, Salsa20.KEY_SIZE);
        LittleEndian.check(frames, framesOffset, frameCount * Frame.SIZE);
        LittleEndian.check(data, dataOffset, frameCount * Frame.MAX_DATA);
        lastDataLength = 0;
        lastMark = ChunkMark.NONE;
        kernels = KernelChoice.latest(kernels);
        try {
            for (int done = 0; done < frameCount; ) {
                int batch = Math.min(frameCount - done, ChunkKeystream.CAPACITY);
                int firstFrame = framesOffset + done * Frame.SIZE;
                kernels.keystream.generate(key, keyOffset, firstNonce + done, batch, keystream);
                kernels.tags.compute(keystream, batch, frames, firstFrame, computedTags, 0, Poly1305.TAG_SIZE);
                int good = goodChunks(version, batch, frames, firstFrame);
                if (good > 0) {
                    lastDataLength += kernels.text.decrypt(
                            keystream, good, frames, firstFrame, data, dataOffset + lastDataLength);
                }
                done += good;
                if (lastMark != ChunkMark.NONE) {
                    return done;
                }
                if (good < batch) {
                    return ~done;
                }
            }
            return frameCount;
        } finally {
            wipe(frameCount);
        }
    }

    /**
     * Returns the number of chunks in a batch up to and including the first that has a mark, or before the first bad
     * one. Sets {@link #lastMark} or {@link #lastFailure} to what was found.
     */
    private int goodChunks(ProtocolVersion version, int batch, ByteBuffer frames, int firstFrame) {
        for (int i = 0; i < batch; i++) {
            if (!tagIsRight(i, frames, firstFrame + i * Frame.SIZE)) {
                lastFailure = ChunkFailure.BAD_TAG;
                return i;
            }
            int head = ChunkText.head(keystream, i, frames, firstFrame);
            if (head > Frame.MAX_DATA) { // it has a mark, or is bad
                return hasValidMark(head, version) ? i + 1 : i;
            }
        }
        return batch;
    }

    /** Sets {@link #lastMark}, or {@link #lastFailure} if the head is bad. */
    private boolean hasValidMark(int head, ProtocolVersion version) {
        switch (ChunkHead.fault(head, version)) {
            case NONE -> lastMark = ChunkHead.mark(head);
            case RESERVED_BITS -> lastFailure = ChunkFailure.RESERVED_BITS;
            case LENGTH -> lastFailure = ChunkFailure.BAD_LENGTH;
            case END_AND_REKEY -> lastFailure = ChunkFailure.END_AND_REKEY;
        }
        return lastMark != ChunkMark.NONE;
    }

    private boolean tagIsRight(int chunk, ByteBuffer frames, int frame) {
        int at = chunk * Poly1305.TAG_SIZE;
        long difference = getLong(computedTags, at) ^ getLong(frames, frame)
                | getLong(computedTags, at + 8) ^ getLong(frames, frame + 8);
        return difference == 0;
    }

    /** Wipes the part of the scratch space that a run of this many chunks used. */
    private void wipe(int chunks) {
        int batch = Math.min(chunks, ChunkKeystream.CAPACITY);
        Wiping.wipe(keystream, 0, batch * ChunkKeystream.STRIDE);
        Wiping.wipe(computedTags, 0, batch * Poly1305.TAG_SIZE);
        kernels.wipe();
    }

    /**
     * Returns why {@link #open} refused the last bad frame.
     *
     * @return the reason; meaningless unless the last call of {@link #open} returned a negative number
     */
    public ChunkFailure lastFailure() {
        return lastFailure;
    }

    /**
     * Returns the mark of the last frame that the last call of {@link #open} opened.
     *
     * @return the mark; {@link ChunkMark#NONE} if all frames were opened without meeting one, or a bad one came first
     */
    public ChunkMark lastMark() {
        return lastMark;
    }

    /**
     * Returns how many bytes of data the last {@link #open} wrote, whether or not it found a bad frame.
     *
     * @return bytes, from 0
     */
    public int lastDataLength() {
        return lastDataLength;
    }

    /**
     * Names the kernels in use, for people.
     *
     * @return a few words
     */
    public String kernelName() {
        return kernels.name();
    }

    /** Wipes and releases the scratch space; the cipher must not be used afterwards. */
    @Override
    public void close() {
        kernels.close();
        scratch.close();
    }

    private static void checkNonces(long firstNonce, int count) {
        if (Long.compareUnsigned(firstNonce + (count - 1), firstNonce) < 0) {
            throw new IllegalArgumentException("nonces would wrap");
        }
    }
}
