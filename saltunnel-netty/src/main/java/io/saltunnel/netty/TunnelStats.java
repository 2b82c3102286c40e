package io.saltunnel.netty;

/**
 * What a tunnel has done since it started: one consistent enough look, taken counter by counter. Every figure is 0 or
 * more. Immutable: any thread may use it.
 *
 * @param accepted connections accepted
 * @param open connections accepted and not over yet
 * @param completed relays that ended with FIN in both directions
 * @param aborted relays that were joined and then reset
 * @param handshakesFailed handshakes that did not succeed
 * @param connectsFailed outgoing connections that could not be made
 * @param plainBytes bytes read on the plain side, towards the wire
 * @param wireBytes bytes of plaintext read from the wire, towards the plain side
 */
public record TunnelStats(
        long accepted,
        long open,
        long completed,
        long aborted,
        long handshakesFailed,
        long connectsFailed,
        long plainBytes,
        long wireBytes) {}
