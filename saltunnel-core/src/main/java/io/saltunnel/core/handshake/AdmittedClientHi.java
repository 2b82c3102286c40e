package io.saltunnel.core.handshake;

import io.saltunnel.core.key.KeySet;
import io.saltunnel.core.wire.ClientHi;
import io.saltunnel.core.wire.ProtocolVersion;
import java.nio.ByteBuffer;

/**
 * A clienthi that passed every check of S1 that needs no ephemeral secret: tag, version, zeros, time, not seen before,
 * name. An instance is the proof of that. Without one, the server makes no ephemeral key and no shared secret. So a
 * client without a long-term key, or with only a recording, costs the server one attempt to open a frame for each key
 * of the server.
 */
final class AdmittedClientHi {

    private static final String NAME = "clienthi";

    private final ClientHi hi;
    private final int keyIndex;
    private final long receivedSeconds;

    private AdmittedClientHi(ClientHi hi, int keyIndex, long receivedSeconds) {
        this.hi = hi;
        this.keyIndex = keyIndex;
        this.receivedSeconds = receivedSeconds;
    }

    /** Opens a frame in place. An admitted clienthi of version 2 is left sealed, as it was received. */
    static AdmittedClientHi admit(ByteBuffer frame, KeySet keys, HandshakeContext context, Admission admission)
            throws HandshakeException {
        try (OpenedHello hello = OpenedHello.openAny(NAME, frame, keys, context.box())) {
            ClientHi hi = hello.clientHi();
            admission.checkVersion(hi);
            long nowSeconds = context.clock().instant().getEpochSecond();
            admission.windows().ofKey(hello.keyIndex()).admit(nowSeconds, hi.timeSeconds(), hello.nonce(), 0);
            admission.checkName(hi);
            switch (hi.version()) {
                case V1 -> {}
                case V2 ->
                    // The session's keys depend on all of its bytes.
                    hello.sealAgain(keys.key(hello.keyIndex()), context.box());
            }
            return new AdmittedClientHi(hi, hello.keyIndex(), nowSeconds);
        }
    }

    ProtocolVersion version() {
        return hi.version();
    }

    /** The place of the key that it was sealed under. */
    int keyIndex() {
        return keyIndex;
    }

    byte[] ephemeralPublicKey() {
        return hi.ephemeralPublicKey();
    }

    /** The client's clock minus ours, in seconds. */
    long clockDifferenceSeconds() {
        return hi.timeSeconds() - receivedSeconds;
    }
}
