package io.saltunnel.cli.doctor;

import io.saltunnel.core.crypto.ChunkCipher;
import java.util.List;

/** Finds out whether the kernels with vector instructions, which make the cipher faster, can run. */
public final class VectorCheck {

    private VectorCheck() {}

    /** Finds out which kernels there are. */
    public static Finding look() {
        List<ChunkCipher> ciphers = ChunkCipher.createEach();
        try {
            return ciphers.size() > 1
                    ? Finding.ok("they can run here, and a trial at the start finds out whether they are faster")
                    : Finding.advice(
                            "they are not in use, so the cipher is slower than it could be",
                            "run the program by its launcher, on JDK 25 or later and with a jar that such a JDK has built");
        } finally {
            ciphers.forEach(ChunkCipher::close);
        }
    }
}
