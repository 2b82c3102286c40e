package io.saltunnel.core.crypto;

/** The three kernels of one {@link ChunkCipher}, not shared with others. One thread at a time. */
final class Kernels implements AutoCloseable {

    final ChunkKeystream keystream;
    final ChunkText text;
    final ChunkTags tags;

    private final int decisions;

    Kernels(ChunkKeystream keystream, ChunkText text, ChunkTags tags, int decisions) {
        this.keystream = keystream;
        this.text = text;
        this.tags = tags;
        this.decisions = decisions;
    }

    /** How many of {@link KernelChoice}'s decisions these kernels follow. */
    int decisions() {
        return decisions;
    }

    /** Wipes what a run wrote to scratch space. */
    void wipe() {
        keystream.wipe();
        tags.wipe();
    }

    /** Which three kernels these are, for a benchmark or a self-test to print. */
    String name() {
        return keystream.name() + " keystream, " + text.name() + " text, " + tags.name() + " tags";
    }

    /** Wipes and releases the scratch space. */
    @Override
    public void close() {
        keystream.close();
        tags.close();
    }
}
