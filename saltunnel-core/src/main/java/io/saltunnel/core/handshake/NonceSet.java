package io.saltunnel.core.handshake;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The nonces of one second, exact, as three words each in one array: open addressing with linear probing, at most three
 * quarters full, grown by doubling. It never shrinks; a second is forgotten as a whole. Guarded by its
 * {@link ReplayWindow}.
 *
 * <p>The hash has no key. Only authentic hellos get here: an attacker can repeat nonces that honest clients drew at
 * random, but can't choose any. A holder of the long-term key has simpler ways to make the server work.
 */
final class NonceSet {

    /** Words in a nonce. */
    static final int WORDS = 3;

    private static final int INITIAL_SLOTS = 4;

    /** 2^64 divided by the golden ratio: spreads differences in any bits over the highest ones. */
    private static final long SPREAD = 0x9e37_79b9_7f4a_7c15L;

    /** A slot of zeros is empty. */
    private long[] slots = new long[WORDS * INITIAL_SLOTS];

    private boolean containsZero;
    private int size;

    int size() {
        return size;
    }

    /** The size of its array in bytes, without the array's header. */
    long slotBytes() {
        return (long) slots.length * Long.BYTES;
    }

    boolean contains(long a, long b, long c) {
        return isZero(a, b, c) ? containsZero : isFull(slots, find(slots, a, b, c));
    }

    /** Adds a nonce that the set doesn't contain. */
    void add(long a, long b, long c) {
        size++;
        if (isZero(a, b, c)) {
            containsZero = true;
            return;
        }
        if (4L * WORDS * size > 3L * slots.length) {
            grow();
        }
        put(slots, a, b, c);
    }

    /** Writes the number of nonces, and each of them. */
    void writeTo(DataOutput out) throws IOException {
        out.writeInt(size);
        if (containsZero) {
            write(out, 0, 0, 0);
        }
        for (int i = 0; i < slots.length; i += WORDS) {
            if (isFull(slots, i)) {
                write(out, slots[i], slots[i + 1], slots[i + 2]);
            }
        }
    }

    private static void write(DataOutput out, long a, long b, long c) throws IOException {
        out.writeLong(a);
        out.writeLong(b);
        out.writeLong(c);
    }

    /** Adds the nonces that were written. */
    void readFrom(DataInput in) throws IOException {
        for (int count = in.readInt(); count > 0; count--) {
            long a = in.readLong();
            long b = in.readLong();
            long c = in.readLong();
            if (!contains(a, b, c)) {
                add(a, b, c);
            }
        }
    }

    private void grow() {
        long[] old = slots;
        long[] grown = new long[Math.multiplyExact(2, old.length)];
        for (int i = 0; i < old.length; i += WORDS) {
            if (isFull(old, i)) {
                put(grown, old[i], old[i + 1], old[i + 2]);
            }
        }
        slots = grown;
    }

    private static void put(long[] slots, long a, long b, long c) {
        int at = find(slots, a, b, c);
        slots[at] = a;
        slots[at + 1] = b;
        slots[at + 2] = c;
    }

    /** Returns the index of the first word of this nonce's slot, or of the empty slot where it belongs. */
    private static int find(long[] slots, long a, long b, long c) {
        int count = slots.length / WORDS;
        int slot = homeSlot(a, b, c, count);
        while (true) {
            int at = slot * WORDS;
            if ((slots[at] == a && slots[at + 1] == b && slots[at + 2] == c) || !isFull(slots, at)) {
                return at;
            }
            slot = (slot + 1) & (count - 1);
        }
    }

    /**
     * Returns the slot where the search begins: the highest bits of the hash. The number of slots is a power of two, at
     * least 2.
     */
    static int homeSlot(long a, long b, long c, int slots) {
        long hash = ((a * SPREAD + b) * SPREAD + c) * SPREAD;
        return (int) (hash >>> Long.numberOfLeadingZeros(slots - 1));
    }

    private static boolean isFull(long[] slots, int at) {
        return !isZero(slots[at], slots[at + 1], slots[at + 2]);
    }

    private static boolean isZero(long a, long b, long c) {
        return (a | b | c) == 0;
    }
}
