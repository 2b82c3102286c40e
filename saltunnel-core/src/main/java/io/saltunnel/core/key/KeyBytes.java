package io.saltunnel.core.key;

import java.nio.ByteBuffer;

/** What is true of the bytes of every key. */
final class KeyBytes {

    /** How many there are. */
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
