package io.saltunnel.core.handshake;

import io.saltunnel.core.key.KeySet;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.wire.ClientHi;
import io.saltunnel.core.wire.ProtocolVersion;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
    private final @Nullable ReplayQuestion question;

    private AdmittedClientHi(ClientHi hi, int keyIndex, long receivedSeconds, @Nullable ReplayQuestion question) {
        this.hi = hi;
        this.keyIndex = keyIndex;
        this.receivedSeconds = receivedSeconds;
        this.question = question;
    }

    /** Opens a frame in place. An admitted clienthi of version 2 is left sealed, as it was received. */
    static AdmittedClientHi admit(ByteBuffer frame, KeySet keys, HandshakeContext context, Admission admission)
            throws HandshakeException {
        try (OpenedHello hello = OpenedHello.openAny(NAME, frame, keys, context.box())) {
            ClientHi hi = hello.clientHi();
            admission.checkVersion(hi);
            long nowSeconds = context.clock().instant().getEpochSecond();
            ReplayWindows windows = admission.windows();
            var doubt = windows.admit(hello.keyIndex(), nowSeconds, hi.timeSeconds(), hello.nonce());
            admission.checkName(hi);
            LongTermKey key = keys.key(hello.keyIndex());
            ReplayQuestion question = windows.areInFront()
                    ? ReplayQuestion.about(key, hello.nonce(), hi.timeSeconds() - nowSeconds, doubt)
                    : null;
            switch (hi.version()) {
                case V1 -> {}
                case V2 ->
                    // The session's keys depend on all of its bytes.
                    hello.sealAgain(key, context.box());
            }
            return new AdmittedClientHi(hi, hello.keyIndex(), nowSeconds, question);
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

    /** What a memory that servers share has to be asked; empty if there is none. */
    Optional<ReplayQuestion> question() {
        return Optional.ofNullable(question);
    }

    /** The client's clock minus ours, in seconds. */
    long clockDifferenceSeconds() {
        return hi.timeSeconds() - receivedSeconds;
    }
}
