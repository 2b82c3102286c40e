package io.saltunnel.core.handshake;

import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.wire.ClientHi;
import io.saltunnel.core.wire.ProtocolVersion;
import java.nio.ByteBuffer;

/**
 * A clienthi that passed every check of S1 that needs no ephemeral secret: tag, version, zeros, time, not seen before,
 * name. An instance is the proof of that. Without one, the server makes no ephemeral key and no shared secret. So a
 * client without the long-term key, or with only a recording, costs the server one attempt to open a frame.
 */
final class AdmittedClientHi {

    private static final String NAME = "clienthi";

    private final ClientHi hi;
    private final long receivedSeconds;

    private AdmittedClientHi(ClientHi hi, long receivedSeconds) {
        this.hi = hi;
        this.receivedSeconds = receivedSeconds;
    }

    /** Opens a frame in place. An admitted clienthi of version 2 is left sealed, as it was received. */
    static AdmittedClientHi admit(ByteBuffer frame, LongTermKey key, HandshakeContext context, Admission admission)
            throws HandshakeException {
        try (OpenedHello hello = OpenedHello.open(NAME, frame, key, context.box())) {
            ClientHi hi = hello.clientHi();
            admission.checkVersion(hi);
            long nowSeconds = context.clock().instant().getEpochSecond();
            admission.window().admit(nowSeconds, hi.timeSeconds(), hello.nonce(), 0);
            admission.checkName(hi);
            switch (hi.version()) {
                case V1 -> {}
                case V2 -> hello.sealAgain(key, context.box()); // the keys depend on all of its bytes
            }
            return new AdmittedClientHi(hi, nowSeconds);
        }
    }

    ProtocolVersion version() {
        return hi.version();
    }

    byte[] ephemeralPublicKey() {
        return hi.ephemeralPublicKey();
    }

    /** The client's clock minus ours, in seconds. */
    long clockDifferenceSeconds() {
        return hi.timeSeconds() - receivedSeconds;
    }
}
