package io.saltunnel.core.handshake;

import io.saltunnel.core.wire.ProtocolVersion;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a client speaks. Immutable; any thread.
 *
 * @param version the version of the protocol
 * @param name the tunnel's name, which the server compares with its own; version 1 carries none
 * @param firstBytes what each connection begins with
 */
public record ClientProtocol(ProtocolVersion version, TunnelName name, FirstBytes firstBytes) {
    /**
     * Checks that the version can carry the name.
     *
     * @throws IllegalArgumentException if it can't, with a message for the user
     */
    public ClientProtocol {
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(firstBytes, "firstBytes");
        if (!version.carriesName() && !name.isNone()) {
            throw new IllegalArgumentException(
                    version + " of the protocol carries no name: use version 2, or no name instead of " + name);
        }
    }

    /**
     * A client whose connections begin with random bytes.
     *
     * @param version the version of the protocol
     * @param name the tunnel's name
     * @throws IllegalArgumentException if the version carries no name and there is one, with a message for the user
     */
    public ClientProtocol(ProtocolVersion version, TunnelName name) {
        this(version, name, FirstBytes.RANDOM);
    }

    /**
     * Chooses the version of a client if the settings leave it open.
     *
     * @param version null for the default
     * @param name the tunnel's name
     * @param firstBytes what each connection begins with
     * @return the protocol, with version 2 by default
     * @throws IllegalArgumentException if the version carries no name and there is one, with a message for the user
     */
    public static ClientProtocol of(@Nullable ProtocolVersion version, TunnelName name, FirstBytes firstBytes) {
        return new ClientProtocol(version == null ? ProtocolVersion.V2 : version, name, firstBytes);
    }
}
