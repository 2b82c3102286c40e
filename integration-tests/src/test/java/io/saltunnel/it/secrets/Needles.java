package io.saltunnel.it.secrets;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Named byte strings to search for. Any piece of {@value #PIECE} bytes of any of them is found at any address.
 *
 * <p>Such a piece contains a whole aligned 8-byte word of the needle. These words are in a hash table, preceded by a
 * bit for each hash. The scan looks up every offset, and compares the neighbouring bytes where a word matches. Needles
 * are random, so that a word identifies needle and place.
 */
final class Needles {

    /** The shortest piece that counts, unless words do. */
    static final int PIECE = 16;

    private static final int WORD = Long.BYTES;
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** Repeating needles are compared beyond their end. */
    private record Needle(String name, byte[] bytes, boolean cyclic) {

        int at(int index) {
            return index >= 0 && index < bytes.length
                    ? bytes[index]
                    : cyclic ? bytes[Math.floorMod(index, bytes.length)] : Integer.MIN_VALUE;
        }
    }

    /**
     * A piece of a needle.
     *
     * @param name the needle's
     * @param offset where it begins in the scanned bytes
     * @param length how many bytes match
     */
    record Piece(String name, int offset, int length) {}

    private final int shortest;
    private final List<Needle> needles = new ArrayList<>();
    private int words;
    private long[] keys = new long[0];
    private int[] places = new int[0];
    private long[] filter = new long[0];
    private int filterShift;

    /** Needles of which pieces of {@value #PIECE} bytes count. */
    Needles() {
        this(PIECE);
    }

    private Needles(int shortest) {
        this.shortest = shortest;
    }

    /**
     * Needles of which a single word counts too: 8 bytes of a needle, from a multiple of 8 on, at any address. A
     * thread's stack may hold a single word between other values.
     */
    static Needles ofWords() {
        return new Needles(WORD);
    }

    /** Adds a needle, at least {@value #PIECE} bytes long. */
    Needles add(String name, byte[] bytes) {
        return add(new Needle(name, bytes.clone(), false));
    }

    /** Adds a needle that repeats in the data; its length is a multiple of 8. */
    Needles addCyclic(String name, byte[] bytes) {
        return add(new Needle(name, bytes.clone(), true));
    }

    private Needles add(Needle needle) {
        needles.add(needle);
        words += needle.bytes.length / WORD;
        keys = new long[0];
        return this;
    }

    int size() {
        return needles.size();
    }

    private void index() {
        int slots = Integer.highestOneBit(Math.max(1, words)) * 4;
        keys = new long[slots];
        places = new int[slots];
        int filterBits = Math.max(1 << 16, Integer.highestOneBit(words) * 32);
        filter = new long[filterBits / Long.SIZE];
        filterShift = Long.SIZE - Integer.numberOfTrailingZeros(filterBits);
        for (int n = 0; n < needles.size(); n++) {
            byte[] bytes = needles.get(n).bytes;
            for (int at = 0; at + WORD <= bytes.length; at += WORD) {
                long word = (long) WORDS.get(bytes, at);
                int slot = slot(word);
                while (keys[slot] != 0) {
                    slot = slot + 1 & slots - 1;
                }
                keys[slot] = word;
                places[slot] = n << 16 | at / WORD;
                int bit = (int) (hash(word) >>> filterShift);
                filter[bit >>> 6] |= 1L << bit;
            }
        }
    }

    private static long hash(long word) {
        return word * 0x9e3779b97f4a7c15L;
    }

    private int slot(long word) {
        return (int) (hash(word) >>> 20) & keys.length - 1;
    }

    /** Finds every piece in the first bytes of an array. */
    List<Piece> findIn(byte[] memory, int length) {
        if (keys.length == 0) {
            index();
        }
        List<Piece> found = new ArrayList<>();
        for (int at = 0; at + WORD <= length; at++) {
            long word = (long) WORDS.get(memory, at);
            int bit = (int) (hash(word) >>> filterShift);
            if ((filter[bit >>> 6] >>> bit & 1) != 0 && word != 0) {
                at += look(word, memory, at, length, found);
            }
        }
        return found;
    }

    /** Returns how many more bytes belong to the piece. */
    private int look(long word, byte[] memory, int at, int length, List<Piece> found) {
        for (int slot = slot(word); keys[slot] != 0; slot = slot + 1 & keys.length - 1) {
            if (keys[slot] == word) {
                Needle needle = needles.get(places[slot] >>> 16);
                int place = (places[slot] & 0xffff) * WORD;
                int before = 0;
                while (before < at && memory[at - before - 1] == needle.at(place - before - 1)) {
                    before++;
                }
                int after = WORD;
                while (at + after < length && memory[at + after] == needle.at(place + after)) {
                    after++;
                }
                if (before + after >= shortest) {
                    found.add(new Piece(needle.name, at - before, before + after));
                    return after - 1;
                }
            }
        }
        return 0;
    }
}
