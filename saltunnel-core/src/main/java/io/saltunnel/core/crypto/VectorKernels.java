package io.saltunnel.core.crypto;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The kernels that only some JDKs run: keystream and tags by the Vector API, which needs its module, and texts through
 * memory segments. All of them need Java 25. Any thread.
 */
final class VectorKernels {

    private static final String MODULE = "jdk.incubator.vector";
    private static final String PACKAGE = "io.saltunnel.core.crypto.";

    private VectorKernels() {}

    /** Whether the Vector API is present. */
    static boolean mayRun() {
        return ModuleLayer.boot().findModule(MODULE).isPresent();
    }

    /** The keystream by vectors, if they run here. It may still be wrong or slow. */
    static Optional<ChunkKeystream> keystream() {
        return Optional.ofNullable((ChunkKeystream) vector("Keystream"));
    }

    /** The text through memory segments, if this JDK has them. */
    static Optional<ChunkText> text() {
        return Optional.ofNullable((ChunkText) make("SegmentText"));
    }

    /** The tags by vectors, if they run here. They may still be wrong or slow. */
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
            return null; // the jar lacks it, the vectors are too short, or the module has another version
        }
    }
}
