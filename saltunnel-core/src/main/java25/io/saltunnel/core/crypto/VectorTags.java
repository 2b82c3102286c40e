package io.saltunnel.core.crypto;

import static io.saltunnel.core.crypto.Segments.LONG;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import io.saltunnel.core.secret.LockedRegion;
import io.saltunnel.core.secret.Wiping;
import io.saltunnel.core.wire.Frame;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The tags of several chunks at once, one a lane, by the Vector API; only loaded where that module is.
 *
 * <p>Poly1305's numbers are five limbs of 26 bits here, so that a product of limbs needs 32-bit factors only, and five
 * of them add up to less than 64 bits. First the ciphertext's words are written, transposed, to scratch
 * space:
 *
 * <pre>
 *              chunk 0   chunk 1   …  chunk 7
 *   r limb 0      ■         ■            ■           5 rows
 *   word 0        ■         ■            ■           62 rows, two a block; the accumulators' 5 limbs end up in the first of them
 *   word 1        ■         ■            ■
 * </pre>
 *
 * <p>Vectors hold only ciphertext and one-time keys. Until this code is compiled, a vector is an object in the heap, so
 * no longer-lived secret may be in one.
 */
final class VectorTags implements ChunkTags {

    private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int ROW = LANES * Long.BYTES;
    private static final int WORDS = Frame.CHUNK_PLAINTEXT / Long.BYTES;
    private static final int LIMBS = 5;
    private static final int TEXT = LIMBS * ROW;
    private static final int SCRATCH_SIZE = TEXT + WORDS * ROW;
    private static final long MASK26 = (1L << 26) - 1;
    private static final long MASK32 = (1L << 32) - 1;

    /** 2<sup>128</sup>, the bit after a block, seen from limb 4. */
    private static final long TOP = 1L << 24;

    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private final LockedRegion region = LockedRegion.map(SCRATCH_SIZE);
    private final ByteBuffer scratch = region.buffer().slice(0, SCRATCH_SIZE);
    private final MemorySegment rows = MemorySegment.ofBuffer(scratch);
    private final SerialTags rest = new SerialTags();
    private final Segments segments = new Segments();
    private boolean dirty;

    VectorTags() {
        if (LANES < 4) {
            throw new UnsupportedOperationException("vectors of " + LANES + " words are too short to pay");
        }
    }

    @Override
    public String name() {
        return SPECIES.vectorBitSize() + "-bit vector";
    }

    @Override
    public void compute(
            ByteBuffer keystream,
            int chunks,
            ByteBuffer frames,
            int firstFrame,
            ByteBuffer tags,
            int tagsOffset,
            int tagStride) {
        int done = 0;
        if (chunks >= LANES) {
            MemorySegment pads = segments.of(keystream);
            MemorySegment text = segments.of(frames);
            for (; done + LANES <= chunks; done += LANES) {
                group(pads, done, text, firstFrame, tags, tagsOffset, tagStride);
            }
            if (chunks - done > LANES / 4) {
                // Cheaper than one by one: a last full group, some of whose chunks are done for the second time.
                group(pads, chunks - LANES, text, firstFrame, tags, tagsOffset, tagStride);
                return;
            }
        }
        for (; done < chunks; done++) {
            rest.one(keystream, done, frames, firstFrame, tags, tagsOffset, tagStride);
        }
    }

    private void group(
            MemorySegment keystream,
            int first,
            MemorySegment frames,
            int firstFrame,
            ByteBuffer tags,
            int tagsOffset,
            int tagStride) {
        dirty = true;
        for (int lane = 0; lane < LANES; lane++) {
            loadKey(lane, keystream, (first + lane) * ChunkKeystream.STRIDE);
        }
        loadText(frames, firstFrame + first * Frame.SIZE + Frame.TAG);
        accumulate(rows);
        for (int lane = 0; lane < LANES; lane++) {
            int chunk = first + lane;
            int key = chunk * ChunkKeystream.STRIDE;
            finish(lane, keystream.get(LONG, key + 16), keystream.get(LONG, key + 24), tags, tagsOffset + chunk * tagStride);
        }
    }

    /** Puts one chunk's r, clamped and in limbs, into a lane. */
    private void loadKey(int lane, MemorySegment keystream, int key) {
        long low = keystream.get(LONG, key) & 0x0ffffffc0fffffffL;
        long high = keystream.get(LONG, key + 8) & 0x0ffffffc0ffffffcL;
        int at = lane * Long.BYTES;
        rows.set(LONG, at, low & MASK26);
        rows.set(LONG, at + ROW, low >>> 26 & MASK26);
        rows.set(LONG, at + 2 * ROW, (low >>> 52 | high << 12) & MASK26);
        rows.set(LONG, at + 3 * ROW, high >>> 14 & MASK26);
        rows.set(LONG, at + 4 * ROW, high >>> 40);
    }

    /**
     * Puts the ciphertext of as many chunks as there are lanes, the first of which starts at {@code text}, into the
     * lanes.
     */
    private void loadText(MemorySegment frames, int text) {
        for (int i = 0; i < WORDS; i += Transposition.SIDE) {
            int word = Math.min(i, WORDS - Transposition.SIDE); // the last square overlaps the one before
            for (int lane = 0; lane < LANES; lane += Transposition.SIDE) {
                Transposition.square(
                        frames,
                        text + lane * Frame.SIZE + word * Long.BYTES,
                        Frame.SIZE,
                        rows,
                        TEXT + word * ROW + lane * Long.BYTES,
                        ROW);
            }
        }
    }

    /**
     * h = (h + block)·r for all blocks, in all lanes. One method that calls no method of this project: all vectors must
     * stay in registers.
     */
    private static void accumulate(MemorySegment s) {
        // All factors are below 2^32. The mask tells the compiler so, which then uses the faster multiplication.
        LongVector r0 = LongVector.fromMemorySegment(SPECIES, s, 0, ORDER).and(MASK32);
        LongVector r1 = LongVector.fromMemorySegment(SPECIES, s, ROW, ORDER).and(MASK32);
        LongVector r2 = LongVector.fromMemorySegment(SPECIES, s, 2L * ROW, ORDER).and(MASK32);
        LongVector r3 = LongVector.fromMemorySegment(SPECIES, s, 3L * ROW, ORDER).and(MASK32);
        LongVector r4 = LongVector.fromMemorySegment(SPECIES, s, 4L * ROW, ORDER).and(MASK32);
        LongVector s1 = r1.mul(5).and(MASK32);
        LongVector s2 = r2.mul(5).and(MASK32);
        LongVector s3 = r3.mul(5).and(MASK32);
        LongVector s4 = r4.mul(5).and(MASK32);
        LongVector h0 = LongVector.zero(SPECIES);
        LongVector h1 = h0;
        LongVector h2 = h0;
        LongVector h3 = h0;
        LongVector h4 = h0;
        for (int i = 0; i < WORDS; i += 2) {
            LongVector low = LongVector.fromMemorySegment(SPECIES, s, TEXT + (long) i * ROW, ORDER);
            LongVector high = LongVector.fromMemorySegment(SPECIES, s, TEXT + (long) (i + 1) * ROW, ORDER);
            h0 = h0.add(low.and(MASK26)).and(MASK32);
            h1 = h1.add(low.lanewise(LSHR, 26).and(MASK26)).and(MASK32);
            h2 = h2.add(low.lanewise(LSHR, 52).or(high.lanewise(LSHL, 12)).and(MASK26)).and(MASK32);
            h3 = h3.add(high.lanewise(LSHR, 14).and(MASK26)).and(MASK32);
            h4 = h4.add(high.lanewise(LSHR, 40).or(TOP)).and(MASK32);
            LongVector d0 = h0.mul(r0)
                    .add(h1.mul(s4))
                    .add(h2.mul(s3))
                    .add(h3.mul(s2))
                    .add(h4.mul(s1));
            LongVector d1 = h0.mul(r1)
                    .add(h1.mul(r0))
                    .add(h2.mul(s4))
                    .add(h3.mul(s3))
                    .add(h4.mul(s2));
            LongVector d2 = h0.mul(r2)
                    .add(h1.mul(r1))
                    .add(h2.mul(r0))
                    .add(h3.mul(s4))
                    .add(h4.mul(s3));
            LongVector d3 = h0.mul(r3)
                    .add(h1.mul(r2))
                    .add(h2.mul(r1))
                    .add(h3.mul(r0))
                    .add(h4.mul(s4));
            LongVector d4 = h0.mul(r4)
                    .add(h1.mul(r3))
                    .add(h2.mul(r2))
                    .add(h3.mul(r1))
                    .add(h4.mul(r0));
            // Two chains of carries side by side: 0, 1, 2, 3 and 3, 4, 0, 1.
            d1 = d1.add(d0.lanewise(LSHR, 26));
            d4 = d4.add(d3.lanewise(LSHR, 26));
            d2 = d2.add(d1.lanewise(LSHR, 26));
            LongVector over = d4.lanewise(LSHR, 26);
            h0 = d0.and(MASK26).add(over).add(over.lanewise(LSHL, 2));
            h3 = d3.and(MASK26).add(d2.lanewise(LSHR, 26));
            h1 = d1.and(MASK26).add(h0.lanewise(LSHR, 26));
            h0 = h0.and(MASK26);
            h2 = d2.and(MASK26);
            h4 = d4.and(MASK26).add(h3.lanewise(LSHR, 26));
            h3 = h3.and(MASK26);
        }
        h0.intoMemorySegment(s, TEXT, ORDER);
        h1.intoMemorySegment(s, TEXT + ROW, ORDER);
        h2.intoMemorySegment(s, TEXT + 2L * ROW, ORDER);
        h3.intoMemorySegment(s, TEXT + 3L * ROW, ORDER);
        h4.intoMemorySegment(s, TEXT + 4L * ROW, ORDER);
    }

    private void finish(int lane, long padLow, long padHigh, ByteBuffer tags, int tagOffset) {
        int at = TEXT + lane * Long.BYTES;
        long h0 = rows.get(LONG, at);
        long h1 = rows.get(LONG, at + ROW);
        long h2 = rows.get(LONG, at + 2 * ROW);
        long h3 = rows.get(LONG, at + 3 * ROW);
        long h4 = rows.get(LONG, at + 4 * ROW);
        h2 += h1 >>> 26;
        h1 &= MASK26;
        h3 += h2 >>> 26;
        h2 &= MASK26;
        h4 += h3 >>> 26;
        h3 &= MASK26;
        Poly1305.finish(
                (h0 | h1 << 26) & MASK32,
                (h1 >>> 6 | h2 << 20) & MASK32,
                (h2 >>> 12 | h3 << 14) & MASK32,
                (h3 >>> 18) + (h4 << 8),
                padLow,
                padHigh,
                tags,
                tagOffset);
    }

    @Override
    public void wipe() {
        if (dirty) {
            // The keys, and the accumulators; the other rows are ciphertext.
            Wiping.wipe(scratch, 0, TEXT + LIMBS * ROW);
            dirty = false;
        }
    }

    @Override
    public void close() {
        region.close();
    }
}
