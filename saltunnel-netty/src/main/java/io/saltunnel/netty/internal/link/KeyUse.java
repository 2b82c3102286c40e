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
    /** Guarded by itself, and so are its values. */
    private static final Map<Identity, Users> USERS = new HashMap<>();

    /** A key and a name. The checksum identifies the key, and is no secret. */
    private record Identity(String keyChecksum, TunnelName name) {}

    private static final class Users {
        /** How many generations of each tunnel. */
        private final Map<Object, Integer> generations = new HashMap<>();

        private boolean warned;
    }

    private final Object tunnel;
    private final List<Use> uses;

    /** An identity of the tunnel. */
    private record Use(Identity identity, String fingerprint) {}

    private KeyUse(Object tunnel, List<Use> uses) {
        this.tunnel = tunnel;
        this.uses = uses;
    }

    /**
     * Counts another generation of a tunnel, until its {@link #end}.
     *
     * @param tunnel equal for all generations of one tunnel, and for the tunnel that it replaces
     */
    static KeyUse begin(Object tunnel, KeySet keys, TunnelName name) {
        List<Use> uses = new ArrayList<>();
        synchronized (USERS) {
            for (int i = 0; i < keys.size(); i++) {
                Identity identity = new Identity(keys.key(i).checksum(), name);
                USERS.computeIfAbsent(identity, first -> new Users())
                        .generations
                        .merge(tunnel, 1, Integer::sum);
                uses.add(new Use(identity, keys.key(i).fingerprint()));
            }
        }
        return new KeyUse(tunnel, uses);
    }

    /** Warns if several tunnels of this process have one of these keys and this name. Says it once, while they have. */
    void warnIfShared(Logger log) {
        uses.forEach(use -> warnIfShared(use, log));
    }

    /** Warns likewise, except of identities that the tunnel had before. */
    void warnIfShared(Logger log, KeyUse before) {
        Set<Identity> known = before.uses.stream().map(Use::identity).collect(Collectors.toSet());
        uses.stream().filter(use -> !known.contains(use.identity)).forEach(use -> warnIfShared(use, log));
    }

    private static void warnIfShared(Use use, Logger log) {
        if (isToBeWarnedOf(use.identity)) {
            TunnelName name = use.identity.name;
            log.warn(
                    "several tunnels of this process have the key {} and {}: an attacker in between can lead the clients of"
                            + " one to another; give each service, and each direction, a name or a key of its own",
                    use.fingerprint,
                    name.isNone() ? "no name" : "the name " + name);
        }
    }

    private static boolean isToBeWarnedOf(Identity identity) {
        synchronized (USERS) {
            Users users = USERS.get(identity);
            if (users == null || users.warned || users.generations.size() < 2) {
                return false;
            }
            users.warned = true;
            return true;
        }
    }

    /** Uncounts the generation, which has ended. Call this once. */
    void end() {
        synchronized (USERS) {
            uses.forEach(use -> USERS.computeIfPresent(use.identity, (same, users) -> {
                users.generations.computeIfPresent(tunnel, (its, count) -> count == 1 ? null : count - 1);
                if (users.generations.size() < 2) {
                    users.warned = false;
                }
                return users.generations.isEmpty() ? null : users;
            }));
        }
    }
}
