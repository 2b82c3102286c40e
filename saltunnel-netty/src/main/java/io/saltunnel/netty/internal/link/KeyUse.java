package io.saltunnel.netty.internal.link;

import io.saltunnel.core.handshake.TunnelName;
import io.saltunnel.core.key.KeySet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;

/** Counts the tunnels of this process by key and name. A peer can't distinguish tunnels that share both. Any thread. */
final class KeyUse {
    /** The tunnels of each identity, and how many generations of them have it. Guarded by itself. */
    private static final Map<Identity, Map<Object, Integer>> TUNNELS = new HashMap<>();

    /** A key and a name. The checksum identifies the key, and is no secret. */
    private record Identity(String keyChecksum, TunnelName name) {}

    private final Object tunnel;
    private final List<Use> uses;

    /** An identity of the tunnel, and how many tunnels had it when this one began. */
    private record Use(Identity identity, String fingerprint, int sharing) {}

    private KeyUse(Object tunnel, List<Use> uses) {
        this.tunnel = tunnel;
        this.uses = uses;
    }

    /**
     * Counts another generation of a tunnel, until its {@link #end}.
     *
     * @param tunnel the same object for all generations of one tunnel
     */
    static KeyUse begin(Object tunnel, KeySet keys, TunnelName name) {
        List<Use> uses = new ArrayList<>();
        synchronized (TUNNELS) {
            for (int i = 0; i < keys.size(); i++) {
                Identity identity = new Identity(keys.key(i).checksum(), name);
                Map<Object, Integer> tunnels = TUNNELS.computeIfAbsent(identity, first -> new HashMap<>());
                tunnels.merge(tunnel, 1, Integer::sum);
                uses.add(new Use(identity, keys.key(i).fingerprint(), tunnels.size()));
            }
        }
        return new KeyUse(tunnel, uses);
    }

    /** Warns if another tunnel of this process had the same key and name when this one began. */
    void warnIfShared(Logger log) {
        uses.forEach(use -> warnIfShared(use, log));
    }

    /** Warns likewise, except of identities that the tunnel had before. */
    void warnIfShared(Logger log, KeyUse before) {
        Set<Identity> known = before.uses.stream().map(Use::identity).collect(Collectors.toSet());
        uses.stream().filter(use -> !known.contains(use.identity)).forEach(use -> warnIfShared(use, log));
    }

    private static void warnIfShared(Use use, Logger log) {
        if (use.sharing > 1) {
            TunnelName name = use.identity.name;
            log.warn(
                    "{} tunnels of this process have the key {} and {}: somebody in between can lead the clients of one to"
                            + " another; give each service, and each direction, a name or a key of its own",
                    use.sharing,
                    use.fingerprint,
                    name.isNone() ? "no name" : "the name " + name);
        }
    }

    /** Uncounts the generation, which has ended. Call this once. */
    void end() {
        synchronized (TUNNELS) {
            uses.forEach(use -> TUNNELS.computeIfPresent(use.identity, (same, tunnels) -> {
                tunnels.computeIfPresent(tunnel, (its, count) -> count == 1 ? null : count - 1);
                return tunnels.isEmpty() ? null : tunnels;
            }));
        }
    }
}
