package io.saltunnel.core.crypto;

/** The three kernels that a {@link ChunkCipher} works with. They are its own: one thread at a time. */
final class Kernels implements AutoCloseable {

    final ChunkKeystream keystream;
    final ChunkText text;
    final ChunkTags tags;

    /** Whether nothing faster can turn up. */
    private final boolean settled;

    Kernels(ChunkKeystream keystream, ChunkText text, ChunkTags tags, boolean settled) {
        this.keystream = keystream;
        this.text = text;
        this.tags = tags;
        this.settled = settled;
    }

    /**
     * These, or faster ones that have been found since; these then are closed. Not in the middle of a run.
     *
     * @return what to go on with
     */
    Kernels latest() {
        if (settled || !KernelChoice.isMade()) {
            return this;
        }
        close();
        return KernelChoice.kernels();
    }

    /** Wipes what a run wrote to scratch space. */
    void wipe() {
        keystream.wipe();
        tags.wipe();
    }

    /** A few words for people. */
    String name() {
        return keystream.name() + " keystream, " + text.name() + " text, " + tags.name() + " tags";
    }

    /** Wipes and gives back the scratch space. */
    @Override
    public void close() {
        keystream.close();
        tags.close();
    }
}
