package io.saltunnel.core.key;

import java.nio.ByteBuffer;

/** A key as 64 hexadecimal digits. */
final class KeyHex {

    static final int DIGITS = 2 * LongTermKey.BYTES;
    private static final int DIGITS_PER_GROUP = 4;

    /** A hyphen or a line feed follows each group. */
    static final int TEXT_BYTES = DIGITS + DIGITS / DIGITS_PER_GROUP;

    private KeyHex() {}

    /** Writes the text of a key from index 0: upper case, in groups of four. */
    static void encode(ByteBuffer key, ByteBuffer text) {
        int at = 0;
        for (int digit = 0; digit < DIGITS; digit++) {
            if (digit > 0 && digit % DIGITS_PER_GROUP == 0) {
                text.put(at++, (byte) '-');
            }
            int octet = key.get(digit / 2);
            text.put(at++, encode(digit % 2 == 0 ? octet >>> 4 & 0xf : octet & 0xf));
        }
        text.put(at, (byte) '\n');
    }

    /**
     * Returns the digit's value, or -1 for another character. Computes it without a branch or a table, because the time
     * or the cache would reveal the digit.
     */
    private static int decode(int character) {
        int letter = character | 0x20;
        int isDigit = isBetween(character, '0', '9');
        int isLetter = isBetween(letter, 'a', 'f');
        return isDigit & character - '0' | isLetter & letter - 'a' + 10 | ~(isDigit | isLetter);
    }

    /** All bits set if the value is from least to most, otherwise none. */
    private static int isBetween(int value, int least, int most) {
        return ~((value - least | most - value) >> Integer.SIZE - 1);
    }

    private static byte encode(int value) {
        int isLetter = 9 - value >> Integer.SIZE - 1;
        return (byte) ('0' + value + (isLetter & 'A' - '0' - 10));
    }

    /** Reads digits of either case, straight into the key. */
    static final class Decoder implements KeyTextDecoder {

        private final ByteBuffer key;
        private int digits;
        private String fault = "";

        Decoder(ByteBuffer key) {
            this.key = key;
        }

        @Override
        public void take(int character, long position) {
            if (!fault.isEmpty()) {
                return;
            }
            int value = decode(character);
            if (value < 0) {
                fault = "the key has an invalid character at position " + position
                        + ": only hexadecimal digits, hyphens and spaces are allowed";
            } else if (digits == DIGITS) {
                fault = "the key is too long: it goes on after " + DIGITS + " hexadecimal digits, at position "
                        + position;
            } else {
                int at = digits++ / 2;
                key.put(at, (byte) (key.get(at) << 4 | value));
            }
        }

        @Override
        public boolean isComplete() {
            return fault.isEmpty() && digits == DIGITS;
        }

        @Override
        public String fault() {
            return fault;
        }

        @Override
        public String missing() {
            return digits + " of " + DIGITS + " hexadecimal digits: " + (DIGITS - digits) + " are missing";
        }

        @Override
        public String tooShort() {
            return "the key is too short: " + digits + " hexadecimal digits instead of " + DIGITS;
        }
    }
}
