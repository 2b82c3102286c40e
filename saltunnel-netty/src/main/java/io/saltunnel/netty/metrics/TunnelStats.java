package io.saltunnel.netty.metrics;

/**
 * The counts of a tunnel since its start. They are taken one after another, so they may not match exactly. Every figure
 * is 0 or more. Immutable: any thread may use it.
 *
 * @param accepted connections accepted
 * @param open connections accepted and not ended yet
 * @param completed relays that ended with FIN in both directions
 * @param aborted relays that were joined and then reset
 * @param cut those of {@code aborted} that were still open at the end of the grace time when the tunnel stopped
 * @param handshakesFailed failed handshakes
 * @param connectsFailed failed outgoing connections
 * @param plainBytes bytes read on the plain side, towards the wire
 * @param wireBytes bytes of plaintext read from the wire, towards the plain side
 */
public record TunnelStats(
        long accepted,
        long open,
        long completed,
        long aborted,
        long cut,
        long handshakesFailed,
        long connectsFailed,
        long plainBytes,
        long wireBytes) {}
