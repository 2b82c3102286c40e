package io.saltunnel.core.crypto;

import java.util.stream.Stream;

/** Combinations of kernels. */
enum ChunkKernels {
    PLAIN,
    VECTOR;

    /** The combinations that run on this machine and this JDK; tests name this method as their source. */
    static Stream<ChunkKernels> available() {
        return VectorKernels.keystream()
                .map(vector -> {
                    vector.close();
                    return Stream.of(PLAIN, VECTOR);
                })
                .orElseGet(() -> Stream.of(PLAIN));
    }

    ChunkKeystream keystream() {
        return this == VECTOR ? VectorKernels.keystream().orElseThrow() : new RowKeystream();
    }

    ChunkText text() {
        return this == VECTOR ? VectorKernels.text().orElseThrow() : new WordText();
    }

    ChunkTags tags() {
        return this == VECTOR ? VectorKernels.tags().orElseThrow() : new SerialTags();
    }

    ChunkCipher cipher() {
        return new ChunkCipher(kernels());
    }

    Kernels kernels() {
        return new Kernels(keystream(), text(), tags(), KernelChoice.DECISIONS);
    }
}
