package io.saltunnel.core.session;

import java.util.OptionalLong;

/** How long a sender's present key may stay: for a number of chunks, and from its first chunk on for a drawn time. */
final class KeyLife {

    private final KeyChanges changes;
    private int sealedChunks;

    /** Meaningless as long as the key has sealed nothing. */
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

    /** The key is about to seal more chunks, and stays. Draws the moment of its change if these are its first. */
    void spend(int chunks) {
        if (sealedChunks == 0) {
            changeAtNanos = changes.nanoTime().getAsLong() + changes.drawNanos();
        }
        sealedChunks += chunks;
    }

    /** A new key begins. */
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
