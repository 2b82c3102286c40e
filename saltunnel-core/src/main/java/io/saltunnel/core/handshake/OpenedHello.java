package io.saltunnel.core.handshake;

import io.saltunnel.core.crypto.SecretBox;
import io.saltunnel.core.key.KeySet;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.Wiping;
import io.saltunnel.core.wire.ClientHi;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.MalformedHelloException;
import io.saltunnel.core.wire.ServerHi;
import java.nio.ByteBuffer;

/**
 * A hello of one frame whose tag is verified: clienthi, or version 1's serverhi. An instance is the proof of that: a
 * hello's fields can be read only from here. The plaintext lies in the frame until this is closed.
 *
 * <p>A hello's frame is nonce24 || box24(long-term key, nonce24, plaintext).
 */
final class OpenedHello implements AutoCloseable {

    private static final int BOX = Frame.NONCE24;
    private static final int PLAINTEXT = BOX + Frame.TAG;

    private final String name;
    private final ByteBuffer frame;
    private final int keyIndex;
    private boolean sealed;

    private OpenedHello(String name, ByteBuffer frame, int keyIndex) {
        this.name = name;
        this.frame = frame;
        this.keyIndex = keyIndex;
    }

    /**
     * Writes a frame's random nonce, and returns the offset at which the plaintext must be written before
     * {@link #seal}.
     */
    static int begin(ByteBuffer frame, RandomSource random) {
        random.fill(frame.slice(0, Frame.NONCE24));
        return PLAINTEXT;
    }

    static void seal(ByteBuffer frame, LongTermKey key, SecretBox box) {
        box.seal24(key.bytes().buffer(), 0, frame, 0, frame, BOX, Frame.HELLO_PLAINTEXT);
        key.bytes().checkOpen();
    }

    /** Opens a frame in place. A frame that doesn't open is left as it was, unless the key is closed meanwhile. */
    static OpenedHello open(String name, ByteBuffer frame, LongTermKey key, SecretBox box) throws HandshakeException {
        boolean opened = box.open24(key.bytes().buffer(), 0, frame, 0, frame, BOX, Frame.HELLO_PLAINTEXT);
        OpenedHello hello = new OpenedHello(name, frame, 0);
        try {
            key.bytes().checkOpen();
        } catch (IllegalStateException e) {
            hello.close();
            throw e;
        }
        if (!opened) {
            throw HandshakeException.of(name, HandshakeFailure.BAD_TAG);
        }
        return hello;
    }

    /**
     * Opens a frame in place under the one of the keys that fits. The same is computed whichever fits. A frame that
     * doesn't open is left as it was, unless a key is closed meanwhile.
     */
    static OpenedHello openAny(String name, ByteBuffer frame, KeySet keys, SecretBox box) throws HandshakeException {
        int index = box.openAny24(keys.bytes(), keys.size(), frame, 0, frame, BOX, Frame.HELLO_PLAINTEXT);
        OpenedHello hello = new OpenedHello(name, frame, index);
        try {
            keys.checkOpen();
        } catch (IllegalStateException e) {
            hello.close();
            throw e;
        }
        if (index == SecretBox.NO_KEY) {
            throw HandshakeException.of(name, HandshakeFailure.BAD_TAG);
        }
        return hello;
    }

    /** The place of the key that fitted. */
    int keyIndex() {
        return keyIndex;
    }

    ClientHi clientHi() throws HandshakeException {
        try {
            return ClientHi.decode(frame, PLAINTEXT);
        } catch (MalformedHelloException e) {
            throw malformed(name, e);
        }
    }

    ServerHi serverHi() throws HandshakeException {
        try {
            return ServerHi.decode(frame, PLAINTEXT);
        } catch (MalformedHelloException e) {
            throw malformed(name, e);
        }
    }

    /** The buffer that starts with the nonce's 24 bytes. */
    ByteBuffer nonce() {
        return frame;
    }

    /**
     * Turns the frame back into what was received: the same nonce and key give the same bytes. Nothing can be read from
     * here afterwards. Only an admitted hello whose sealed bytes are needed costs this second sealing.
     */
    void sealAgain(LongTermKey key, SecretBox box) {
        seal(frame, key, box);
        sealed = true;
    }

    /** Wipes the plaintext. */
    @Override
    public void close() {
        if (!sealed) {
            Wiping.wipe(frame, PLAINTEXT, Frame.HELLO_PLAINTEXT);
        }
    }

    static HandshakeException malformed(String name, MalformedHelloException e) {
        return HandshakeException.of(
                name,
                switch (e.reason()) {
                    case WRONG_VERSION -> HandshakeFailure.WRONG_VERSION;
                    case NONZERO_PADDING -> HandshakeFailure.NONZERO_PADDING;
                });
    }
}
