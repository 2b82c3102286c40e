package io.saltunnel.netty.internal.link;

import io.saltunnel.core.key.KeySet;
import io.saltunnel.core.key.LongTermKey;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Knows which keys of earlier settings a tunnel's connections may still have. Until the first {@link #revokeAllBut},
 * they may have any. Any thread.
 */
final class Revocation {
    /** The checksums of keys that are not revoked; null if no key is revoked. */
    private volatile @Nullable Set<String> allowed;

    /** Allows keys that are about to be in force. */
    synchronized void allow(KeySet keys) {
        Set<String> before = allowed;
        if (before != null) {
            Set<String> all = new HashSet<>(before);
            all.addAll(keys.checksums());
            allowed = Set.copyOf(all);
        }
    }

    /** Revokes all keys other than these. */
    synchronized void revokeAllBut(KeySet keys) {
        allowed = keys.checksums();
    }

    boolean hasRevoked(LongTermKey key) {
        Set<String> kept = allowed;
        return kept != null && !kept.contains(key.checksum());
    }
}
