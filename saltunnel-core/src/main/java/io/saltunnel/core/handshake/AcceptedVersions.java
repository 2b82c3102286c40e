package io.saltunnel.core.handshake;

import io.saltunnel.core.wire.ProtocolVersion;

/** The versions of the protocol that a server takes. Constants, for any thread. */
public enum AcceptedVersions {
    /** Both. */
    ANY,
    /** Version 1 only. */
    ONLY_V1,
    /** Version 2 only. */
    ONLY_V2;

    /**
     * What a server takes that isn't told otherwise: both, but with a name version 2 only, since a clienthi of version 1
     * carries none.
     *
     * @param name the server's name
     * @return the versions
     */
    public static AcceptedVersions unlessTold(TunnelName name) {
        return name.isNone() ? ANY : ONLY_V2;
    }

    /**
     * Whether a client may speak a version.
     *
     * @param version the client's
     * @return true if the server takes it
     */
    public boolean include(ProtocolVersion version) {
        return switch (this) {
            case ANY -> true;
            case ONLY_V1 -> version == ProtocolVersion.V1;
            case ONLY_V2 -> version == ProtocolVersion.V2;
        };
    }
}
