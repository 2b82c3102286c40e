package io.saltunnel.core.crypto;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Chooses how keystream, texts and tags are made. Texts by a kernel that needs Java 25, if that runs here. Keystream and tags by the Vector
 * API, if its module is there, gives the same bytes as the kernels that run everywhere, and is faster; by the latter otherwise. The first
 * choice of each of these two in a process takes up to {@link #MAX_TRIAL_NANOS}, the rest none.
 */
final class VectorKernels {

    /** How long the vectors may take to become fast. They are slow until they are compiled. */
    private static final long MAX_TRIAL_NANOS = 4_000_000_000L;

    /** A gain must be seen this many times in a row. */
    private static final int WINS = 5;

    private static final String MODULE = "jdk.incubator.vector";
    private static final String PACKAGE = "io.saltunnel.core.crypto.";

    /** Numbers of chunks to try: whole groups of lanes, and some with a rest. */
    private static final int[] TRIED = {ChunkKeystream.CAPACITY, 1, 8, 9, 13, 31};

    private VectorKernels() {}

    /** The faster keystream, as tried once in this process. */
    static ChunkKeystream fastestKeystream() {
        return KeystreamChoice.USE_VECTORS ? keystream().orElseGet(RowKeystream::new) : new RowKeystream();
    }

    /** The faster text: through memory segments, where these are. */
    static ChunkText fastestText() {
        return text().orElseGet(WordText::new);
    }

    /** The faster tags, as tried once in this process. */
    static ChunkTags fastestTags() {
        return TagsChoice.USE_VECTORS ? tags().orElseGet(SerialTags::new) : new SerialTags();
    }

    /** The keystream by vectors, if they run here; whether it is right or fast isn't known yet. */
    static Optional<ChunkKeystream> keystream() {
        return Optional.ofNullable((ChunkKeystream) vector("Keystream"));
    }

    /** The text through memory segments, if they are there. */
    static Optional<ChunkText> text() {
        return Optional.ofNullable((ChunkText) make("SegmentText"));
    }

    /** The tags by vectors, if they run here; whether they are right or fast isn't known yet. */
    static Optional<ChunkTags> tags() {
        return Optional.ofNullable((ChunkTags) vector("Tags"));
    }

    private static @Nullable Object vector(String kernel) {
        Optional<Module> module = ModuleLayer.boot().findModule(MODULE);
        if (module.isEmpty()) {
            return null;
        }
        VectorKernels.class.getModule().addReads(module.get());
        return make("Vector" + kernel);
    }

    private static @Nullable Object make(String kernel) {
        if (Runtime.version().feature() < 25) {
            return null;
        }
        try {
            return Class.forName(PACKAGE + kernel).getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException | LinkageError e) {
            return null; // built without it, vectors too short to pay, or another version of the module
        }
    }

    /** Holds the outcome. */
    private static final class KeystreamChoice {
        static final boolean USE_VECTORS =
                keystream().map(VectorKernels::keystreamPays).orElse(false);
    }

    /** Holds the outcome. */
    private static final class TagsChoice {
        static final boolean USE_VECTORS = tags().map(VectorKernels::tagsPay).orElse(false);
    }

    private static boolean keystreamPays(ChunkKeystream vector) {
        ByteBuffer key = random(Salsa20.KEY_SIZE);
        try (vector;
                RowKeystream rows = new RowKeystream()) {
            return pays(
                    (chunks, output) -> rows.generate(key, 0, chunks, chunks, output),
                    (chunks, output) -> vector.generate(key, 0, chunks, chunks, output));
        }
    }

    /** The random bytes stand both for keystream and for frames. */
    private static boolean tagsPay(ChunkTags vector) {
        ByteBuffer input = random(ChunkKeystream.CAPACITY * ChunkKeystream.STRIDE);
        try (vector;
                SerialTags serial = new SerialTags()) {
            return pays(
                    (chunks, output) -> serial.compute(input, chunks, input, 0, output, 0, Poly1305.TAG_SIZE),
                    (chunks, output) -> vector.compute(input, chunks, input, 0, output, 0, Poly1305.TAG_SIZE));
        }
    }

    private static ByteBuffer random(int size) {
        byte[] random = new byte[size];
        new Random(1305).nextBytes(random);
        return ByteBuffer.allocateDirect(size).put(0, random);
    }

    /** What both kinds of kernel do: something for a number of chunks. */
    private interface Kernel {
        void run(int chunks, ByteBuffer output);
    }

    private static boolean pays(Kernel plain, Kernel vector) {
        ByteBuffer expected = ByteBuffer.allocateDirect(ChunkKeystream.CAPACITY * ChunkKeystream.STRIDE);
        ByteBuffer actual = ByteBuffer.allocateDirect(expected.limit());
        long start = System.nanoTime();
        int wins = 0;
        try {
            for (int i = 0; wins < WINS && System.nanoTime() - start < MAX_TRIAL_NANOS; i++) {
                int chunks = TRIED[i % TRIED.length];
                long plainNanos = time(plain, chunks, expected);
                long vectorNanos = time(vector, chunks, actual);
                if (expected.mismatch(actual) >= 0) {
                    return false;
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

    private static long time(Kernel kernel, int chunks, ByteBuffer output) {
        long start = System.nanoTime();
        kernel.run(chunks, output);
        return System.nanoTime() - start;
    }
}
