package io.saltunnel.netty.handshake;

/**
 * Fired through the pipeline, once, when the handshake can't succeed any more. No plaintext comes after it.
 *
 * @param cause why, with a typed reason
 */
public record HandshakeFailed(HandshakeFailedException cause) {}
