package io.saltunnel.redis;

import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterURIUtil;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * The address of a store. Immutable.
 *
 * @param kind what listens there
 * @param uris for Lettuce, without a password; one, or the nodes of a cluster
 * @param user the name to log in with; empty for the store's default user
 */
record StoreAddress(Kind kind, List<RedisURI> uris, String user) {
    /** What listens at an address. */
    enum Kind {
        SERVER,
        SENTINELS,
        CLUSTER
    }

    static final Set<String> SCHEMES =
            Set.of("redis", "rediss", "redis-sentinel", "rediss-sentinel", "redis-cluster", "rediss-cluster");

    private static final String EXAMPLES =
            "redis://host:6379, redis-sentinel://host,host#master or redis-cluster://host";

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    static StoreAddress of(URI address) {
        String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
        if (!SCHEMES.contains(scheme)) {
            throw new IllegalArgumentException(
                    "'" + scheme + "' is none of " + String.join(", ", new TreeSet<>(SCHEMES)));
        }
        String authority = address.getRawAuthority() == null ? "" : address.getRawAuthority();
        int at = authority.lastIndexOf('@');
        String user = at < 0 ? "" : authority.substring(0, at);
        if (user.contains(":")) {
            // Not shown: it has a password in it.
            throw new IllegalArgumentException("put the password for the store into a file, not into its address");
        }
        if (authority.length() == at + 1) {
            throw new IllegalArgumentException("'" + address + "' names no host: write it as " + EXAMPLES);
        }
        Kind kind = scheme.endsWith("-sentinel")
                ? Kind.SENTINELS
                : scheme.endsWith("-cluster") ? Kind.CLUSTER : Kind.SERVER;
        String rest = authority.substring(at + 1)
                + address.toString().substring(address.toString().indexOf("//") + 2 + authority.length());
        String secure = scheme.startsWith("rediss") ? "rediss" : "redis";
        try {
            return new StoreAddress(
                    kind,
                    switch (kind) {
                        case SERVER -> List.of(RedisURI.create(secure + "://" + rest));
                        case SENTINELS -> List.of(RedisURI.create(secure + "-sentinel://" + rest));
                        case CLUSTER -> RedisClusterURIUtil.toRedisURIs(URI.create(secure + "://" + rest));
                    },
                    user);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + address + "' is no address of a store (" + e.getMessage() + "): write it as " + EXAMPLES, e);
        }
    }
}
