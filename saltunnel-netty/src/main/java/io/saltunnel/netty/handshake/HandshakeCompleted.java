package io.saltunnel.netty.handshake;

/**
 * Fired through the pipeline, once, on the channel's event loop, when both sides have proved that they know the key
 * (after steps C3 and S3 of {@code docs/PROTOCOL.md}). It comes before the first plaintext; what was written earlier
 * goes ahead of what is written from now on.
 */
public final class HandshakeCompleted {
    /** The one event: it carries nothing. */
    public static final HandshakeCompleted INSTANCE = new HandshakeCompleted();

    private HandshakeCompleted() {}

    @Override
    public String toString() {
        return "HandshakeCompleted";
    }
}
