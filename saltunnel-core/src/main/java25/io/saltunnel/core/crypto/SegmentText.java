package io.saltunnel.core.crypto;

import static io.saltunnel.core.crypto.Segments.LONG;
import static io.saltunnel.core.crypto.Segments.SHORT;

import io.saltunnel.core.wire.ChunkHead;
import io.saltunnel.core.wire.Frame;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Texts word by word, through memory segments; needs no module. {@link WordText} does the chunks that aren't full.
 *
 * <p>Not by the Vector API: when the compiler discards its code, a vector becomes an object in the heap, which would
 * hold plaintext.
 */
final class SegmentText implements ChunkText {

    private static final int MAX_DATA = Frame.MAX_DATA;

    /** The last word of the data starts here, and overlaps the one before. */
    private static final int LAST = MAX_DATA - Long.BYTES;

    /** For a single chunk, most often a short message, which isn't worth three segments. */
    private final ChunkText single = new WordText();

    private final Segments segments = new Segments();

    @Override
    public String name() {
        return "segment";
    }

    @Override
    public void encrypt(
            ByteBuffer keystream,
            int chunks,
            ByteBuffer data,
            int from,
            int length,
            ByteBuffer frames,
            int firstFrame) {
        if (chunks == 1) {
            single.encrypt(keystream, chunks, data, from, length, frames, firstFrame);
            return;
        }
        int full = length / MAX_DATA;
        if (full > 0) {
            MemorySegment pads = segments.of(keystream);
            MemorySegment source = segments.of(data);
            MemorySegment target = segments.of(frames);
            for (int i = 0; i < full; i++) {
                int k = i * ChunkKeystream.STRIDE + TEXT_KEYSTREAM;
                int text = firstFrame + i * Frame.SIZE + Frame.TAG;
                target.set(SHORT, text, (short) (pads.get(SHORT, k) ^ MAX_DATA));
                xor(pads, k + LENGTH_SIZE, source, from + i * MAX_DATA, target, text + LENGTH_SIZE);
            }
        }
        for (int i = full; i < chunks; i++) {
            WordText.encryptOne(
                    keystream,
                    i * ChunkKeystream.STRIDE + TEXT_KEYSTREAM,
                    data,
                    from + i * MAX_DATA,
                    Math.max(0, length - i * MAX_DATA),
                    frames,
                    firstFrame + i * Frame.SIZE + Frame.TAG);
        }
    }

    @Override
    public int decrypt(ByteBuffer keystream, int chunks, ByteBuffer frames, int firstFrame, ByteBuffer data, int to) {
        if (chunks == 1) {
            return single.decrypt(keystream, chunks, frames, firstFrame, data, to);
        }
        MemorySegment pads = segments.of(keystream);
        MemorySegment source = segments.of(frames);
        MemorySegment target = segments.of(data);
        int done = 0;
        for (int i = 0; i < chunks; i++) {
            int k = i * ChunkKeystream.STRIDE + TEXT_KEYSTREAM;
            int text = firstFrame + i * Frame.SIZE + Frame.TAG;
            int length = ChunkHead.length(source.get(SHORT, text) ^ pads.get(SHORT, k));
            if (length == MAX_DATA) {
                xor(pads, k + LENGTH_SIZE, source, text + LENGTH_SIZE, target, to + done);
            } else {
                WordText.decryptOne(keystream, k, frames, text, length, data, to + done);
            }
            done += length;
        }
        return done;
    }

    /** The data of a full chunk. The last word overlaps the one before, and is read before anything is written. */
    private static void xor(MemorySegment pads, int k, MemorySegment source, int from, MemorySegment target, int to) {
        // Slices of known size, so that bounds are checked once.
        MemorySegment a = pads.asSlice(k, MAX_DATA);
        MemorySegment b = source.asSlice(from, MAX_DATA);
        MemorySegment sum = target.asSlice(to, MAX_DATA);
        long last = a.get(LONG, LAST) ^ b.get(LONG, LAST);
        for (int i = 0; i < LAST; i += Long.BYTES) {
            sum.set(LONG, i, a.get(LONG, i) ^ b.get(LONG, i));
        }
        sum.set(LONG, LAST, last);
    }
}
