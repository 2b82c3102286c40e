package io.saltunnel.core.crypto;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Decides, once per process, whether the Vector API makes keystream and tags. For each of the two, it does if it gives
 * the same bytes as the kernel that runs everywhere, and is faster. Before the decision, and where it loses, the
 * kernels that run everywhere do the work. Any thread.
 */
final class KernelChoice {

    /**
     * The longest trial of keystream, or of tags. Vector code is slow until it is compiled, and the compiler may be
     * busy.
     */
    private static final long MAX_TRIAL_NANOS = 15_000_000_000L;

    /** Vectors must win this many times in a row. */
    private static final int WINS = 5;

    /**
     * Numbers of chunks to try: some that leave a rest, and whole groups of lanes. The most come last: the first trials
     * are in the interpreter, which takes a fifth of a second for them.
     */
    private static final int[] TRIED = {1, 8, 9, 13, 31, ChunkKeystream.CAPACITY};

    /**
     * After a slow trial, waits this many times its duration, so that the compiler can finish. Until then vectors are
     * objects, and more trials would only fill the heap, some hundred times over.
     */
    private static final int PATIENCE = 4;

    /** That of the tags, and that of the keystream. */
    static final int DECISIONS = 2;

    private static final KernelChoice NONE_YET = new KernelChoice(false, false, 0);
    private static final KernelChoice PLAIN = new KernelChoice(false, false, DECISIONS);

    private static volatile KernelChoice latest = VectorKernels.mayRun() ? NONE_YET : PLAIN;

    private final boolean vectorKeystream;
    private final boolean vectorTags;
    private final int decisions;

    private KernelChoice(boolean vectorKeystream, boolean vectorTags, int decisions) {
        this.vectorKeystream = vectorKeystream;
        this.vectorTags = vectorTags;
        this.decisions = decisions;
    }

    /**
     * Makes the choice, unless it is made already. That of the tags comes first and serves at once: they gain more.
     *
     * @param nanoTime the stopwatch: nanoseconds since an arbitrary moment, never decreasing
     */
    static synchronized void choose(LongSupplier nanoTime) {
        if (latest.decisions < DECISIONS) {
            boolean tags = VectorKernels.tags()
                    .map(vector -> tagsPay(vector, nanoTime))
                    .orElse(false);
            latest = new KernelChoice(false, tags, 1);
            boolean keystream = VectorKernels.keystream()
                    .map(vector -> keystreamPays(vector, nanoTime))
                    .orElse(false);
            latest = new KernelChoice(keystream, tags, DECISIONS);
        }
    }

    /** The fastest kernels known so far, for the caller to close. */
    static Kernels kernels() {
        KernelChoice choice = latest;
        return new Kernels(
                choice.vectorKeystream ? VectorKernels.keystream().orElseGet(RowKeystream::new) : new RowKeystream(),
                VectorKernels.text().orElseGet(WordText::new),
                choice.vectorTags ? VectorKernels.tags().orElseGet(SerialTags::new) : new SerialTags(),
                choice.decisions);
    }

    /**
     * Returns the given kernels, or faster ones that have been found since, and closes the given ones then. Not to be
     * called during a run.
     */
    static Kernels latest(Kernels current) {
        if (current.decisions() >= latest.decisions) {
            return current;
        }
        current.close();
        return kernels();
    }

    /** Sets of kernels in which each kernel that runs here occurs at least once, for the caller to close. */
    static List<Kernels> each() {
        Kernels everywhere = new Kernels(new RowKeystream(), new WordText(), new SerialTags(), DECISIONS);
        if (VectorKernels.text().isEmpty()) {
            return List.of(everywhere);
        }
        return List.of(
                everywhere,
                new Kernels(
                        VectorKernels.keystream().orElseGet(RowKeystream::new),
                        VectorKernels.text().orElseGet(WordText::new),
                        VectorKernels.tags().orElseGet(SerialTags::new),
                        DECISIONS));
    }

    private static boolean keystreamPays(ChunkKeystream vector, LongSupplier nanoTime) {
        ByteBuffer key = random(Salsa20.KEY_SIZE);
        try (vector;
                RowKeystream rows = new RowKeystream()) {
            return pays(
                    (chunks, output) -> rows.generate(key, 0, chunks, chunks, output),
                    (chunks, output) -> vector.generate(key, 0, chunks, chunks, output),
                    nanoTime);
        }
    }

    /** The random bytes stand both for keystream and for frames. */
    private static boolean tagsPay(ChunkTags vector, LongSupplier nanoTime) {
        ByteBuffer input = random(ChunkKeystream.CAPACITY * ChunkKeystream.STRIDE);
        try (vector;
                SerialTags serial = new SerialTags()) {
            return pays(
                    (chunks, output) -> serial.compute(input, chunks, input, 0, output, 0, Poly1305.TAG_SIZE),
                    (chunks, output) -> vector.compute(input, chunks, input, 0, output, 0, Poly1305.TAG_SIZE),
                    nanoTime);
        }
    }

    private static ByteBuffer random(int size) {
        byte[] random = new byte[size];
        new Random(1305).nextBytes(random);
        return ByteBuffer.allocateDirect(size).put(0, random);
    }

    /** A kernel on trial, for keystream or for tags. */
    private interface Kernel {
        void run(int chunks, ByteBuffer output);
    }

    private static boolean pays(Kernel plain, Kernel vector, LongSupplier nanoTime) {
        ByteBuffer expected = ByteBuffer.allocateDirect(ChunkKeystream.CAPACITY * ChunkKeystream.STRIDE);
        ByteBuffer actual = ByteBuffer.allocateDirect(expected.limit());
        long start = nanoTime.getAsLong();
        int wins = 0;
        try {
            for (int i = 0; wins < WINS && nanoTime.getAsLong() - start < MAX_TRIAL_NANOS; i++) {
                int chunks = TRIED[i % TRIED.length];
                long plainNanos = time(plain, chunks, expected, nanoTime);
                long vectorNanos = time(vector, chunks, actual, nanoTime);
                if (expected.mismatch(actual) >= 0) {
                    return false;
                }
                if (vectorNanos > plainNanos) {
                    LockSupport.parkNanos(PATIENCE * vectorNanos);
                }
                if (chunks == ChunkKeystream.CAPACITY) {
                    wins = vectorNanos < plainNanos ? wins + 1 : 0;
                }
            }
            return wins == WINS;
        } catch (LinkageError e) {
            return false;
        }
    }

    private static long time(Kernel kernel, int chunks, ByteBuffer output, LongSupplier nanoTime) {
        long start = nanoTime.getAsLong();
        kernel.run(chunks, output);
        return nanoTime.getAsLong() - start;
    }
}
