package io.saltunnel.netty.internal.link;

import io.saltunnel.core.handshake.TunnelName;
import io.saltunnel.core.key.LongTermKey;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;

/** Counts the tunnels of this process by key and name. A peer can't distinguish tunnels that share both. Any thread. */
final class KeyUse {
    /** The tunnels of each identity, and how many generations of them have it. Guarded by itself. */
    private static final Map<Identity, Map<Object, Integer>> TUNNELS = new HashMap<>();

    /** A key and a name. The checksum identifies the key, and is no secret. */
    private record Identity(String keyChecksum, TunnelName name) {}

    private final Object tunnel;
    private final Identity identity;
    private final String fingerprint;
    private final int sharing;

    private KeyUse(Object tunnel, Identity identity, String fingerprint, int sharing) {
        this.tunnel = tunnel;
        this.identity = identity;
        this.fingerprint = fingerprint;
        this.sharing = sharing;
    }

    /**
     * Counts another generation of a tunnel, until its {@link #end}.
     *
     * @param tunnel the same object for all generations of one tunnel
     */
    static KeyUse begin(Object tunnel, LongTermKey key, TunnelName name) {
        Identity identity = new Identity(key.checksum(), name);
        synchronized (TUNNELS) {
            Map<Object, Integer> tunnels = TUNNELS.computeIfAbsent(identity, first -> new HashMap<>());
            tunnels.merge(tunnel, 1, Integer::sum);
            return new KeyUse(tunnel, identity, key.fingerprint(), tunnels.size());
        }
    }

    /** Warns if another tunnel of this process had the same key and name when this one began. */
    void warnIfShared(Logger log) {
        if (sharing > 1) {
            log.warn(
                    "{} tunnels of this process have the key {} and {}: somebody in between can lead the clients of one to"
                            + " another; give each service, and each direction, a name or a key of its own",
                    sharing,
                    fingerprint,
                    identity.name.isNone() ? "no name" : "the name " + identity.name);
        }
    }

    /** Whether both are of the same key and name. */
    boolean isSameAs(KeyUse other) {
        return identity.equals(other.identity);
    }

    /** Uncounts the generation, which has ended. Call this once. */
    void end() {
        synchronized (TUNNELS) {
            TUNNELS.computeIfPresent(identity, (same, tunnels) -> {
                tunnels.computeIfPresent(tunnel, (its, count) -> count == 1 ? null : count - 1);
                return tunnels.isEmpty() ? null : tunnels;
            });
        }
    }
}
