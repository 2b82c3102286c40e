package io.saltunnel.core.handshake;

import io.saltunnel.core.wire.ClientHi;
import java.util.Objects;

/**
 * What a server demands of a clienthi besides the key: a version, a name, and that it is new. Immutable; any number of
 * threads may use it.
 *
 * @param windows find replays; the same windows for all handshakes under the same keys
 * @param name the tunnel's name, which a clienthi of version 2 has to carry
 * @param versions the accepted versions
 */
public record Admission(ReplayWindows windows, TunnelName name, AcceptedVersions versions) {

    /**
     * Checks that no component is null, and that they fit together.
     *
     * @throws IllegalArgumentException if there is a name, and none of the accepted versions carries one
     */
    public Admission {
        Objects.requireNonNull(windows, "windows");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(versions, "versions");
        if (!name.isNone() && !versions.carryNames()) {
            throw new IllegalArgumentException(
                    "version 1 of the protocol carries no name: take version 2 too, or no name instead of " + name);
        }
    }

    /**
     * Uses one window for all keys.
     *
     * @param window finds replays; the same window for all handshakes under one key
     * @param name the tunnel's name, which a clienthi of version 2 has to carry
     * @param versions the accepted versions
     * @throws IllegalArgumentException if there is a name, and none of the accepted versions carries one
     */
    public Admission(ReplayWindow window, TunnelName name, AcceptedVersions versions) {
        this(ReplayWindows.of(window), name, versions);
    }

    /**
     * Accepts the default versions: both, or only version 2 if the server has a name.
     *
     * @param window finds replays; the same window for all handshakes under one key
     * @param name the tunnel's name
     */
    public Admission(ReplayWindow window, TunnelName name) {
        this(window, name, AcceptedVersions.unlessTold(Objects.requireNonNull(name, "name")));
    }

    void checkVersion(ClientHi hi) throws HandshakeException {
        if (!versions.include(hi.version())) {
            throw HandshakeException.of("clienthi", HandshakeFailure.UNACCEPTED_VERSION);
        }
    }

    /** Compares names in constant time, even for a version without names, where the result is ignored. */
    void checkName(ClientHi hi) throws HandshakeException {
        boolean own = name.hasTag(hi.nameTag());
        if (!own && hi.version().carriesName()) {
            throw HandshakeException.of("clienthi", HandshakeFailure.WRONG_NAME);
        }
    }
}
