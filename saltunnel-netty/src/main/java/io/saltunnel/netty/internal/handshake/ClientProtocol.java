package io.saltunnel.netty.internal.handshake;

import io.saltunnel.core.handshake.TunnelName;
import io.saltunnel.core.wire.ProtocolVersion;
import org.jspecify.annotations.Nullable;

/**
 * The version of the protocol and the name that a client uses.
 *
 * @param version the version of the protocol
 * @param name the tunnel's name
 */
public record ClientProtocol(ProtocolVersion version, TunnelName name) {
    /**
     * Checks that the version can carry the name.
     *
     * @throws IllegalArgumentException if it can't, with a message for the user
     */
    public ClientProtocol {
        if (!version.carriesName() && !name.isNone()) {
            throw new IllegalArgumentException(
                    version + " of the protocol carries no name: use version 2, or no name instead of " + name);
        }
    }

    /**
     * Chooses the version of a client if the settings leave it open.
     *
     * @param version null for the default
     * @param name the tunnel's name
     * @return the protocol, with version 2 by default
     * @throws IllegalArgumentException if the version carries no name and there is one, with a message for the user
     */
    public static ClientProtocol of(@Nullable ProtocolVersion version, TunnelName name) {
        return new ClientProtocol(version == null ? ProtocolVersion.V2 : version, name);
    }
}
