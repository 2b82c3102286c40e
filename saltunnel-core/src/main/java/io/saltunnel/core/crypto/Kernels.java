package io.saltunnel.core.crypto;

/** The three kernels of one {@link ChunkCipher}, which it doesn't share. One thread at a time. */
final class Kernels implements AutoCloseable {

    final ChunkKeystream keystream;
    final ChunkText text;
    final ChunkTags tags;

    /** True once no faster kernels can be found. */
    private final boolean settled;

    Kernels(ChunkKeystream keystream, ChunkText text, ChunkTags tags, boolean settled) {
        this.keystream = keystream;
        this.text = text;
        this.tags = tags;
        this.settled = settled;
    }

    /**
     * Returns these, or faster ones that have been found since, and closes these then. Not to be called during a run.
     *
     * @return the kernels to use from now on
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
