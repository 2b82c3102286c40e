package io.saltunnel.core.session;

/**
 * Hands out the numbers of one direction's chunks, which are their nonces: each once, up to 2^64-1 and never around.
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
     * @throws NonceExhaustedException if that many aren't left; none is taken then
     */
    long take(int count) {
        // What is left is 2^64 - next, which wraps to 0 exactly when it is all 2^64.
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
