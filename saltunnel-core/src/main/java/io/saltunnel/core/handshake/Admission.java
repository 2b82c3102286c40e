package io.saltunnel.core.handshake;

import io.saltunnel.core.wire.ClientHi;
import java.util.Objects;

/**
 * What a server demands of a clienthi beside the key: a version, a name, and that it is new. Immutable; any number of
 * threads may use it.
 *
 * @param window finds replays; the same window for all handshakes under one key
 * @param name the tunnel's name, which a clienthi of version 2 has to carry
 * @param versions the versions taken
 */
public record Admission(ReplayWindow window, TunnelName name, AcceptedVersions versions) {

    /**
     * Checks that everything was given.
     *
     * @throws IllegalArgumentException if there is a name, and none of the versions taken carries one
     */
    public Admission {
        Objects.requireNonNull(window, "window");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(versions, "versions");
        if (!name.isNone() && !versions.carryNames()) {
            throw new IllegalArgumentException(
                    "version 1 of the protocol carries no name: take version 2 too, or no name instead of " + name);
        }
    }

    /**
     * The versions that a server takes if it isn't told otherwise: both, or version 2 if it has a name.
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

    /** Compares names in constant time, also where the version has none and the outcome doesn't count. */
    void checkName(ClientHi hi) throws HandshakeException {
        boolean own = name.hasTag(hi.nameTag());
        if (!own && hi.version().carriesName()) {
            throw HandshakeException.of("clienthi", HandshakeFailure.WRONG_NAME);
        }
    }
}
