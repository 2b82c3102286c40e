package io.saltunnel.core.key;

import java.nio.ByteBuffer;

/** A key as its bytes, which are the content of a key file. */
final class KeyRaw {

    private KeyRaw() {}

    /**
     * Recognizes the bytes of a key where a text may come instead. Only exactly {@value LongTermKey#BYTES} bytes are a
     * key. If all of them are printable characters or white space, they are taken for text that was cut off: at most
     * one of 10^13 random keys looks like that.
     */
    static final class Decoder {

        private final ByteBuffer state;
        private int count;
        private boolean binary;

        /**
         * A decoder that has seen no byte yet.
         *
         * @param state room for {@value LongTermKey#BYTES} bytes in locked memory
         */
        Decoder(ByteBuffer state) {
            this.state = state;
        }

        /** Takes the next byte. Bytes beyond the length of a key are only counted. */
        void take(byte octet) {
            if (count < LongTermKey.BYTES) {
                state.put(count, octet);
                binary |= !isText(octet);
            }
            count = Math.min(count + 1, LongTermKey.BYTES + 1);
        }

        private static boolean isText(byte octet) {
            return octet >= ' ' && octet <= '~' || octet == '\t' || octet == '\r' || octet == '\n';
        }

        /** Whether the bytes so far may be the beginning of a key, or are one. */
        boolean isPossible() {
            return count <= LongTermKey.BYTES;
        }

        /** Whether the bytes are a key if there are no more. */
        boolean isComplete() {
            return count == LongTermKey.BYTES && binary;
        }

        /** The key, once it is complete. */
        ByteBuffer key() {
            return state;
        }
    }
}
