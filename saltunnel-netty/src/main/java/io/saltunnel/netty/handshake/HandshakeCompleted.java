package io.saltunnel.netty.handshake;

/**
 * Fired through the pipeline, once, when both sides have proved that they know the key. It comes before the first plaintext; what was written earlier goes ahead of what is written from now on.
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
