package io.saltunnel.core.session;

/**
 * Hands out the numbers of one direction's chunks, which are their nonces: each once, up to 2^64-1, without wrapping
 * around.
 */
final class ChunkNumbers {

    /** The next number, unsigned; meaningless once exhausted. */
    private long next;

    private boolean exhausted;

    ChunkNumbers(long first) {
        this.next = first;
    }

    /**
     * Takes consecutive numbers.
     *
     * @param count how many, at least 1
     * @return the first of them, unsigned
     * @throws NonceExhaustedException if fewer are left; none is taken then
     */
    long take(int count) {
        // 2^64 - next numbers are left; as a long this is 0 only if all 2^64 are.
        long left = -next;
        if (exhausted || (left != 0 && Long.compareUnsigned(count, left) > 0)) {
            throw new NonceExhaustedException();
        }
        long first = next;
        next += count;
        exhausted = next == 0;
        return first;
    }
}
