package io.saltunnel.core.handshake;

import io.saltunnel.core.key.LongTermKey;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.function.Supplier;

/**
 * Finds the window of a key. All servers of a process share these windows: a new server, even one made for each
 * connection, must know the hellos that earlier ones admitted.
 */
final class ReplayWindows {

    /** A window ends with its keys; keys with the same bytes have the same window. Guarded by itself. */
    private static final Map<LongTermKey, ReplayWindow> BY_KEY = new WeakHashMap<>();

    private ReplayWindows() {}

    static ReplayWindow of(LongTermKey key, Supplier<ReplayWindow> first) {
        synchronized (BY_KEY) {
            ReplayWindow known = BY_KEY.get(key);
            if (known == null) {
                known = ofItsCopies(key).orElseGet(first);
                BY_KEY.put(key, known);
            }
            return known;
        }
    }

    private static Optional<ReplayWindow> ofItsCopies(LongTermKey key) {
        return BY_KEY.entrySet().stream()
                .filter(entry -> entry.getKey().checksum().equals(key.checksum()))
                .map(Map.Entry::getValue)
                .findAny();
    }
}
