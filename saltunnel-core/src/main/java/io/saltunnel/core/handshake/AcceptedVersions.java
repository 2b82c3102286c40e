package io.saltunnel.core.handshake;

import io.saltunnel.core.wire.ProtocolVersion;
import java.util.Arrays;

/** The versions of the protocol that a server accepts. Constants, for any thread. */
public enum AcceptedVersions {
    /** Version 1 and version 2; each client decides. */
    ANY,
    /** Version 1 only: a clienthi of version 2 is refused. */
    ONLY_V1,
    /** Version 2 only: a clienthi of version 1 is refused. */
    ONLY_V2;

    /**
     * The default: both versions for a server without a name, only version 2 for a server with a name, because a
     * clienthi of version 1 carries no name.
     *
     * @param name the server's name, or {@link TunnelName#NONE}
     * @return {@link #ANY} or {@link #ONLY_V2}
     */
    public static AcceptedVersions unlessTold(TunnelName name) {
        return name.isNone() ? ANY : ONLY_V2;
    }

    /**
     * Whether the server accepts connections of a version.
     *
     * @param version as the clienthi says, after its tag was verified
     * @return false if such a clienthi is refused with {@link HandshakeFailure#UNACCEPTED_VERSION}
     */
    public boolean include(ProtocolVersion version) {
        return switch (this) {
            case ANY -> true;
            case ONLY_V1 -> version == ProtocolVersion.V1;
            case ONLY_V2 -> version == ProtocolVersion.V2;
        };
    }

    /** Whether an accepted clienthi can carry a name. */
    boolean carryNames() {
        return Arrays.stream(ProtocolVersion.values()).anyMatch(version -> include(version) && version.carriesName());
    }
}
