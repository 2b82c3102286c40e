package io.saltunnel.core.key;

import java.nio.ByteBuffer;

/**
 * A key as words that are easy to read out: four lines of five. A word stands for 16 bits: consonant, vowel, consonant,
 * vowel, consonant, of 16 consonants with 4 bits each and 4 vowels with 2 bits each. The first four words of a line are 8
 * bytes of the key, the fifth is a checksum of them and of the line's number, CRC-16. So any one word that was misheard is
 * noticed, and which line it is in.
 *
 * <p>Letters are found by computing, because a table of words would reveal them by the cache lines that are read.
 */
final class KeyWords {

    static final int LINES = 4;
    static final int WORDS_PER_LINE = 5;
    static final int LETTERS_PER_WORD = 5;
    static final int LETTERS = LINES * WORDS_PER_LINE * LETTERS_PER_WORD;

    /** A blank or a line feed follows each word. */
    static final int TEXT_BYTES = LINES * WORDS_PER_LINE * (LETTERS_PER_WORD + 1);

    private static final String CONSONANTS = "bdfghjklmnprstvz";
    private static final String VOWELS = "aiou";

    private static final int BYTES_PER_WORD = 2;
    private static final int BYTES_PER_LINE = (WORDS_PER_LINE - 1) * BYTES_PER_WORD;
    private static final int CRC_POLYNOMIAL = 0x1021;

    private KeyWords() {}

    /** Writes the text of a key from index 0. */
    static void encode(ByteBuffer key, ByteBuffer text) {
        int at = 0;
        for (int line = 0; line < LINES; line++) {
            for (int word = 0; word < WORDS_PER_LINE - 1; word++) {
                putWord(wordOf(key, line, word), text, at);
                at += LETTERS_PER_WORD;
                text.put(at++, (byte) ' ');
            }
            putWord(checksum(key, line), text, at);
            at += LETTERS_PER_WORD;
            text.put(at++, (byte) '\n');
        }
    }

    private static int wordOf(ByteBuffer key, int line, int word) {
        int at = line * BYTES_PER_LINE + word * BYTES_PER_WORD;
        return (key.get(at) & 0xff) << 8 | key.get(at + 1) & 0xff;
    }

    private static void putWord(int bits, ByteBuffer text, int at) {
        int left = Short.SIZE;
        for (int letter = 0; letter < LETTERS_PER_WORD; letter++) {
            String letters = lettersAt(letter);
            left -= bitsOf(letters);
            text.put(at + letter, (byte) letter(letters, bits >>> left & letters.length() - 1));
        }
    }

    private static String lettersAt(int place) {
        return place % 2 == 0 ? CONSONANTS : VOWELS;
    }

    private static int bitsOf(String letters) {
        return Integer.numberOfTrailingZeros(letters.length());
    }

    /** Looks at all letters, whichever it is. */
    private static int letter(String letters, int value) {
        int found = 0;
        for (int i = 0; i < letters.length(); i++) {
            int difference = i ^ value;
            int equal = ~((difference | -difference) >> (Integer.SIZE - 1));
            found |= letters.charAt(i) & equal;
        }
        return found;
    }

    /** Looks at all letters, whichever it is; -1 if it is none of them. */
    private static int value(String letters, int letter) {
        int found = -1;
        for (int i = 0; i < letters.length(); i++) {
            int difference = letters.charAt(i) ^ letter;
            int equal = ~((difference | -difference) >> (Integer.SIZE - 1));
            found = found & ~equal | i & equal;
        }
        return found;
    }

    /** CRC-16 with the polynomial of CCITT, of a line's number and its bytes. */
    private static int checksum(ByteBuffer key, int line) {
        int crc = update(0xffff, line);
        for (int i = 0; i < BYTES_PER_LINE; i++) {
            crc = update(crc, key.get(line * BYTES_PER_LINE + i) & 0xff);
        }
        return crc;
    }

    private static int update(int before, int octet) {
        int crc = before ^ octet << 8;
        for (int bit = 0; bit < Byte.SIZE; bit++) {
            int mask = -(crc >>> 15 & 1);
            crc = (crc << 1 ^ CRC_POLYNOMIAL & mask) & 0xffff;
        }
        return crc;
    }

    /** Reads words, letter by letter. What it knows of the key lies in the buffer that it is given. */
    static final class Decoder implements KeyTextDecoder {

        /** The key, and the bits of the word that isn't complete. */
        static final int STATE_BYTES = LongTermKey.BYTES + Integer.BYTES;

        private static final int UNFINISHED = LongTermKey.BYTES;

        private final ByteBuffer state;
        private int letters;
        private String fault = "";

        /**
         * Begins with the first word.
         *
         * @param state {@value #STATE_BYTES} zeros in locked memory
         */
        Decoder(ByteBuffer state) {
            this.state = state;
        }

        /** The key, once it is complete. */
        ByteBuffer key() {
            return state;
        }

        /** Whether there was a word, so that the text may be words. */
        boolean hasWord() {
            return letters >= LETTERS_PER_WORD;
        }

        @Override
        public void take(int character, long position) {
            if (!fault.isEmpty()) {
                return;
            }
            int word = letters / LETTERS_PER_WORD;
            if (letters == LETTERS) {
                fault = "the key is too long: it goes on after " + LINES * WORDS_PER_LINE + " words, at position "
                        + position;
                return;
            }
            String allowed = lettersAt(letters % LETTERS_PER_WORD);
            int value = value(allowed, character | 0x20);
            if (value < 0) {
                fault = "the key has an invalid character at position " + position + ", in word "
                        + (word % WORDS_PER_LINE + 1) + " of line " + (word / WORDS_PER_LINE + 1);
                return;
            }
            state.putInt(UNFINISHED, state.getInt(UNFINISHED) << bitsOf(allowed) | value);
            letters++;
            if (letters % LETTERS_PER_WORD == 0) {
                endWord(word / WORDS_PER_LINE, word % WORDS_PER_LINE);
            }
        }

        private void endWord(int line, int word) {
            int bits = state.getInt(UNFINISHED);
            state.putInt(UNFINISHED, 0);
            if (word < WORDS_PER_LINE - 1) {
                int at = line * BYTES_PER_LINE + word * BYTES_PER_WORD;
                state.put(at, (byte) (bits >>> 8)).put(at + 1, (byte) bits);
            } else if (bits != checksum(state, line)) {
                fault = "the key has a wrong word in line " + (line + 1) + ": compare its words, or their order";
            }
        }

        @Override
        public boolean isComplete() {
            return fault.isEmpty() && letters == LETTERS;
        }

        @Override
        public String fault() {
            return fault;
        }

        @Override
        public String missing() {
            int words = letters / LETTERS_PER_WORD;
            return words + " of " + LINES * WORDS_PER_LINE + " words: " + (LINES * WORDS_PER_LINE - words)
                    + " are missing";
        }

        @Override
        public String tooShort() {
            return "the key is too short: " + letters / LETTERS_PER_WORD + " words instead of "
                    + LINES * WORDS_PER_LINE;
        }
    }
}
