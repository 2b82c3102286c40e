package io.saltunnel.core.crypto;

import java.lang.reflect.Constructor;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Chooses how tags are computed: by the Vector API, if its module is there, gives the same tags as {@link SerialTags} and is faster; by
 * the latter otherwise. The first choice in a process takes up to {@link #MAX_TRIAL_NANOS}, the rest none.
 */
final class TagKernels {

    /** How long the vectors may take to become fast. They are slow until they are compiled. */
    private static final long MAX_TRIAL_NANOS = 4_000_000_000L;

    /** A gain must be seen this many times in a row. */
    private static final int WINS = 5;

    private static final String VECTOR_MODULE = "jdk.incubator.vector";
    private static final String VECTOR_CLASS = "io.saltunnel.core.crypto.VectorTags";

    /** Numbers of chunks to try: whole groups of lanes, and some with a rest. */
    private static final int[] TRIED = {ChunkKeystream.CAPACITY, 1, 8, 9, 13, 31};

    private TagKernels() {}

    /** The faster of the two, as tried once in this process. */
    static ChunkTags fastest() {
        return Choice.USE_VECTORS ? vector().orElseGet(SerialTags::new) : new SerialTags();
    }

    /** The tags by vectors, if they run here; whether they are right or fast isn't known yet. */
    static Optional<ChunkTags> vector() {
        Constructor<?> constructor = vectorConstructor();
        if (constructor == null) {
            return Optional.empty();
        }
        try {
            return Optional.of((ChunkTags) constructor.newInstance());
        } catch (ReflectiveOperationException | LinkageError e) {
            return Optional.empty(); // vectors too short to pay, or another version of the module
        }
    }

    private static @Nullable Constructor<?> vectorConstructor() {
        Optional<Module> module = ModuleLayer.boot().findModule(VECTOR_MODULE);
        if (module.isEmpty() || Runtime.version().feature() < 25) {
            return null;
        }
        TagKernels.class.getModule().addReads(module.get());
        try {
            return Class.forName(VECTOR_CLASS).getDeclaredConstructor();
        } catch (ReflectiveOperationException | LinkageError e) {
            return null; // built without it
        }
    }

    /** Holds the outcome. */
    private static final class Choice {
        static final boolean USE_VECTORS = vector().map(TagKernels::pays).orElse(false);
    }

    private static boolean pays(ChunkTags vector) {
        byte[] random = new byte[ChunkKeystream.CAPACITY * ChunkKeystream.STRIDE];
        new Random(1305).nextBytes(random);
        ByteBuffer input = ByteBuffer.allocateDirect(random.length).put(0, random);
        ByteBuffer expected = ByteBuffer.allocateDirect(ChunkKeystream.CAPACITY * Poly1305.TAG_SIZE);
        ByteBuffer actual = ByteBuffer.allocateDirect(expected.limit());
        try (vector;
                SerialTags serial = new SerialTags()) {
            long start = System.nanoTime();
            int wins = 0;
            for (int i = 0; wins < WINS && System.nanoTime() - start < MAX_TRIAL_NANOS; i++) {
                int chunks = TRIED[i % TRIED.length];
                long serialNanos = time(serial, chunks, input, expected);
                long vectorNanos = time(vector, chunks, input, actual);
                if (expected.mismatch(actual) >= 0) {
                    return false;
                }
                if (chunks == ChunkKeystream.CAPACITY) {
                    wins = vectorNanos < serialNanos ? wins + 1 : 0;
                }
            }
            return wins == WINS;
        } catch (LinkageError e) {
            return false;
        }
    }

    /** The random bytes stand both for keystream and for frames. */
    private static long time(ChunkTags kernel, int chunks, ByteBuffer input, ByteBuffer tags) {
        long start = System.nanoTime();
        kernel.compute(input, chunks, input, 0, tags, 0, Poly1305.TAG_SIZE);
        return System.nanoTime() - start;
    }
}
