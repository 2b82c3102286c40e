package io.saltunnel.netty.stage;

import io.saltunnel.netty.HostAndPort;
import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one connection did, told when it is over. Immutable: any thread may use it.
 *
 * @param peer who connected, see {@link TunnelConnection#peer()}
 * @param target where it led
 * @param duration from the moment it was accepted to its end
 * @param bytesFromPeer bytes of plaintext on their way from the peer to the target, from 0: on a client as the
 *     application sent them, on a server as they came out of the tunnel
 * @param bytesToPeer bytes of plaintext on their way from the target to the peer, from 0, counted where they came in
 * @param outcome how it ended
 * @param cause what made it fail; null when it completed, or was closed without a reason
 */
public record ConnectionSummary(
        SocketAddress peer,
        HostAndPort target,
        Duration duration,
        long bytesFromPeer,
        long bytesToPeer,
        Outcome outcome,
        @Nullable Throwable cause) {

    /** How a connection ended. */
    public enum Outcome {
        /** Both directions ended in order, and everything was delivered. */
        COMPLETED,
        /**
         * It was tunnelled, then reset: by either side, by a fault in between, by a stage, or because the tunnel was
         * stopped.
         */
        RESET,
        /**
         * There was no handshake: on a server, whoever connected didn't prove the key; on a client, the server didn't,
         * or was not one.
         */
        HANDSHAKE_FAILED,
        /** The outgoing connection could not be made. */
        CONNECT_FAILED,
        /**
         * It ended before it was tunnelled, for another reason: the peer left, a stage refused it, no slot became free,
         * or the tunnel was stopped.
         */
        ABANDONED
    }
}
