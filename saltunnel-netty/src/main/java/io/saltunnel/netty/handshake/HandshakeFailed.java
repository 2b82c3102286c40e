package io.saltunnel.netty.handshake;

/**
 * Fired through the pipeline, once, on the channel's event loop, when the handshake can't succeed any more. No
 * plaintext comes after it.
 *
 * <p>A handler that is told:
 *
 * {@snippet class="io.saltunnel.examples.snippets.Handlers" region="events"}
 *
 * @param cause why, with a typed reason
 */
public record HandshakeFailed(HandshakeFailedException cause) {}
