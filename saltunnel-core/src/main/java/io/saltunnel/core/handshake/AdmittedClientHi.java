package io.saltunnel.core.handshake;

import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.wire.ClientHi;
import java.nio.ByteBuffer;

/**
 * A clienthi that passed every check of S1 that needs no ephemeral secret: tag, version, zeros, time, not seen before.
 * An instance proves it. The server makes no ephemeral and no shared secret without one, so that a client without the
 * long-term key, or with only a recording, costs it one attempt to open a frame.
 */
final class AdmittedClientHi {

    private static final String NAME = "clienthi";

    private final ClientHi hi;
    private final long receivedSeconds;

    private AdmittedClientHi(ClientHi hi, long receivedSeconds) {
        this.hi = hi;
        this.receivedSeconds = receivedSeconds;
    }

    static AdmittedClientHi admit(ByteBuffer frame, LongTermKey key, HandshakeContext context, ReplayWindow window)
            throws HandshakeException {
        try (OpenedHello hello = OpenedHello.open(NAME, frame, key, context.box())) {
            ClientHi hi = hello.clientHi();
            long nowSeconds = context.clock().instant().getEpochSecond();
            window.admit(nowSeconds, hi.timeSeconds(), hello.nonce(), 0);
            return new AdmittedClientHi(hi, nowSeconds);
        }
    }

    byte[] ephemeralPublicKey() {
        return hi.ephemeralPublicKey();
    }

    /** The client's clock minus ours, in seconds. */
    long clockDifferenceSeconds() {
        return hi.timeSeconds() - receivedSeconds;
    }
}
