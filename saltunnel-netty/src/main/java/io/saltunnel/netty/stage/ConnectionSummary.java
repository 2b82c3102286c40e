package io.saltunnel.netty.stage;

import io.saltunnel.core.key.KeyLabel;
import io.saltunnel.netty.address.Endpoint;
import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A summary of one connection, made when it ends. Immutable: any thread may use it.
 *
 * @param peer the address of the connecting side, see {@link TunnelConnection#peer()}
 * @param target the target
 * @param duration the time from its acceptance to its end
 * @param bytesFromPeer bytes of plaintext from the peer to the target, from 0: on a client those that the application
 *     sent, on a server those that came out of the tunnel
 * @param bytesToPeer bytes of plaintext from the target to the peer, from 0, counted when they are received from the
 *     target
 * @param outcome how it ended
 * @param cause the cause of a failure; null if it completed, or was closed without a reason
 * @param key the key that was proved on this connection; null if none was
 */
public record ConnectionSummary(
        SocketAddress peer,
        Endpoint target,
        Duration duration,
        long bytesFromPeer,
        long bytesToPeer,
        Outcome outcome,
        @Nullable Throwable cause,
        @Nullable KeyLabel key) {

    /** How a connection ended. */
    public enum Outcome {
        /** Both directions ended in order, and everything was delivered. */
        COMPLETED,
        /**
         * It was tunnelled, and then reset by either side, by a fault on the path, by a stage, or because the tunnel
         * was stopped.
         */
        RESET,
        /**
         * The handshake failed: on a server, the peer didn't prove the key; on a client, the server didn't prove the
         * key, or wasn't a Saltunnel server.
         */
        HANDSHAKE_FAILED,
        /** The outgoing connection failed. */
        CONNECT_FAILED,
        /**
         * It ended before it was tunnelled for another reason: the peer closed it, a stage refused it, no slot became
         * free, or the tunnel was stopped.
         */
        ABANDONED
    }
}
