package io.saltunnel.core.key;

import java.nio.ByteBuffer;

/** The length of every key, and a check of its bytes. */
final class KeyBytes {

    /** The length of a key in bytes. */
    static final int COUNT = 32;

    private KeyBytes() {}

    /** Whether all bytes are the same, as in a file of zeros; its running time reveals nothing else about them. */
    static boolean areConstant(ByteBuffer key) {
        int difference = 0;
        for (int i = 1; i < COUNT; i++) {
            difference |= key.get(i) ^ key.get(0);
        }
        return difference == 0;
    }
}
