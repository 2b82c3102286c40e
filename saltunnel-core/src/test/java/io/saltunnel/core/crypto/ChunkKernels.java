package io.saltunnel.core.crypto;

/** The combinations of kernels that run on this machine and this JDK. */
enum ChunkKernels {
    PLAIN;

    ChunkKeystream keystream() {
        return new RowKeystream();
    }

    ChunkTags tags() {
        return new SerialTags();
    }

    ChunkCipher cipher() {
        return new ChunkCipher(keystream(), tags());
    }
}
