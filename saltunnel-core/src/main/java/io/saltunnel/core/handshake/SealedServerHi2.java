package io.saltunnel.core.handshake;

import io.saltunnel.core.secret.SecretBytes;
import io.saltunnel.core.secret.Wiping;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.MalformedHelloException;
import io.saltunnel.core.wire.ServerHi2;
import java.nio.ByteBuffer;

/** serverhi of version 2 on the wire: nonce24 || box24(KS, nonce24, plaintext), one box of four frames. */
final class SealedServerHi2 {

    private static final int BOX = Frame.NONCE24;

    /** Where the plaintext lies before it is sealed, and after it was opened. */
    static final int PLAINTEXT = BOX + Frame.TAG;

    private SealedServerHi2() {}

    /** Draws the nonce and seals the message, which holds both keys already. */
    static void seal(ByteBuffer message, SecretBytes key, HandshakeContext context) {
        ServerHi2.encode(message, PLAINTEXT);
        context.random().fill(message.slice(0, Frame.NONCE24));
        context.box().seal24(key.buffer(), 0, message, 0, message, BOX, ServerHi2.PLAINTEXT);
        key.checkOpen();
    }

    /**
     * Opens the message in place, and checks its version and zeros. A message that doesn't open is left as it was. The
     * plaintext of a message that opens stays in place, and is wiped if this throws.
     */
    static void open(ByteBuffer message, SecretBytes key, HandshakeContext context) throws HandshakeException {
        boolean opened = context.box().open24(key.buffer(), 0, message, 0, message, BOX, ServerHi2.PLAINTEXT);
        try {
            key.checkOpen();
            if (opened) {
                ServerHi2.check(message, PLAINTEXT);
            }
        } catch (MalformedHelloException e) {
            wipe(message);
            throw OpenedHello.malformed("serverhi", e);
        } catch (IllegalStateException e) {
            wipe(message);
            throw e;
        }
        if (!opened) {
            throw HandshakeException.of("serverhi", HandshakeFailure.BAD_TAG);
        }
    }

    /** Wipes the plaintext. */
    static void wipe(ByteBuffer message) {
        Wiping.wipe(message, PLAINTEXT, ServerHi2.PLAINTEXT);
    }
}
