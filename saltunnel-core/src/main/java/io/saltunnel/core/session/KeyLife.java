package io.saltunnel.core.session;

import java.util.OptionalLong;

/** How long a sender's current key may be used: for a number of chunks, and for a random time after its first chunk. */
final class KeyLife {

    private final KeyChanges changes;
    private int sealedChunks;

    /** Meaningless until the key has sealed a chunk. */
    private long changeAtNanos;

    KeyLife(KeyChanges changes) {
        this.changes = changes;
    }

    /** How many more chunks the key may seal, 1 or more. The last of them announces a new key. */
    int chunksLeft() {
        return KeyChanges.MAX_CHUNKS - sealedChunks;
    }

    /** Whether the last of this many more chunks has to announce a new key. */
    boolean endsWithin(int chunks) {
        return chunks == chunksLeft() || (sealedChunks > 0 && nanosLeft() <= 0);
    }

    /**
     * Counts chunks that the key is about to seal without a change. Draws the moment of the change if they are its
     * first.
     */
    void spend(int chunks) {
        if (sealedChunks == 0) {
            changeAtNanos = changes.nanoTime().getAsLong() + changes.drawNanos();
        }
        sealedChunks += chunks;
    }

    /** Starts the life of a new key. */
    void renew() {
        sealedChunks = 0;
    }

    OptionalLong nanosUntilChange() {
        return sealedChunks == 0 ? OptionalLong.empty() : OptionalLong.of(nanosLeft());
    }

    private long nanosLeft() {
        return changeAtNanos - changes.nanoTime().getAsLong();
    }
}
