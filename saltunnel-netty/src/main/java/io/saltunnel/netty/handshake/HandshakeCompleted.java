package io.saltunnel.netty.handshake;

import io.saltunnel.core.key.KeyLabel;
import io.saltunnel.core.wire.ProtocolVersion;
import java.net.SocketAddress;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Fired through the pipeline, once, on the channel's event loop, when both sides have proved that they know the key
 * (after steps C3 and S3 of {@code docs/PROTOCOL.md}). It comes before the first plaintext. Writes made before this
 * event are sent before later ones. Immutable: any thread may read it.
 *
 * @param handler the name of the handshake's handler in the pipeline
 * @param peer the address of the other end when the handshake began; null if the transport has none
 * @param clockDifferenceSeconds on a server, the peer's clock minus this machine's; empty on a client
 * @param version the version of the protocol that this connection speaks. In version 1, the end of the peer's stream
 *     isn't authenticated
 * @param key the key that both sides have proved
 */
public record HandshakeCompleted(
        String handler,
        @Nullable SocketAddress peer,
        OptionalLong clockDifferenceSeconds,
        ProtocolVersion version,
        KeyLabel key) {}
