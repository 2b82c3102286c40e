package io.saltunnel.core.handshake;

import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.secret.Wiping;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.session.SessionKeys;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.MessageZero;
import io.saltunnel.core.wire.ServerHi;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * The server's side of the handshake:
 *
 * <pre>
 *   accept ─▶ {@link AwaitingClientHi} ─ S1 receives clienthi, S2 sends serverhi
 *          ─▶ {@link AwaitingMessageZero} ─ S3 receives message0 ─▶ {@link Session}
 * </pre>
 *
 * <p>A state is left once: it advances, fails or is closed. Its secrets are wiped then, and calling it again throws an
 * {@link IllegalStateException}. Closing a state that was left does nothing. One thread at a time; the long-term key
 * must stay open throughout.
 */
public sealed interface ServerHandshake extends AutoCloseable {

    /**
     * Begins to wait for a client. This state holds no secret and allocates almost nothing, because anyone may connect.
     *
     * @param key the long-term key, which the caller still owns; its memory takes this handshake's secrets
     * @param context clock, random source and scratch space
     * @param window finds replays; the same window for all handshakes under this key
     * @return the state that waits for clienthi, which the caller owns and closes
     */
    static AwaitingClientHi accept(LongTermKey key, HandshakeContext context, ReplayWindow window) {
        return new AwaitingClientHi(
                Objects.requireNonNull(key, "key"),
                Objects.requireNonNull(context, "context"),
                Objects.requireNonNull(window, "window"));
    }

    /** Ends the handshake and wipes its secrets. Does nothing if this state was left before. */
    @Override
    void close();

    /** Nothing is known about the client; clienthi is expected. */
    final class AwaitingClientHi implements ServerHandshake {

        private final LongTermKey key;
        private final HandshakeContext context;
        private final ReplayWindow window;
        private final SingleUse state = new SingleUse();

        private AwaitingClientHi(LongTermKey key, HandshakeContext context, ReplayWindow window) {
            this.key = key;
            this.context = context;
            this.window = window;
        }

        /**
         * S1 and S2: checks clienthi (tag, version, zeros, time, not seen before, shared secret) and makes serverhi. No
         * secret is made before the last of these checks.
         *
         * @param clientHi the frame received, in the 512 bytes from its position, which doesn't move. It is opened in
         *     place, and its plaintext is wiped before this returns or throws. A frame that doesn't open is left as it
         *     was
         * @param serverHiOut takes the frame to send, in the 512 bytes from its position, which doesn't move; it may be
         *     the same memory. If this throws, it holds no part of a frame
         * @return the state that waits for message0, which the caller owns and closes
         * @throws HandshakeException if clienthi fails a check. The caller must not answer: the client must not learn
         *     the reason, nor that it was refused
         * @throws IllegalStateException if this state was left before, or the long-term key or its memory is closed
         * @throws IllegalArgumentException if a buffer has no room for a frame or is read-only; the state isn't left
         *     then
         * @throws io.saltunnel.core.secret.MemoryLockException if memory for the secrets must be locked and can't be
         */
        public AwaitingMessageZero receive(ByteBuffer clientHi, ByteBuffer serverHiOut) throws HandshakeException {
            ByteBuffer in = HandshakeFrame.at(clientHi);
            ByteBuffer out = HandshakeFrame.at(serverHiOut);
            state.use();
            AdmittedClientHi hi = AdmittedClientHi.admit(in, key, context, window);
            try (EphemeralKeyPair own = EphemeralKeyPair.generate(context.random(), key.memory())) {
                SessionKeys keys = own.agree(hi.ephemeralPublicKey())
                        .orElseThrow(() -> HandshakeException.of("clienthi", HandshakeFailure.WEAK_PUBLIC_KEY));
                try {
                    sealServerHi(new ServerHi(own.publicKey(), keys.proof()), out);
                    return new AwaitingMessageZero(context, hi, keys);
                } catch (Throwable e) {
                    keys.close();
                    throw e;
                }
            }
        }

        @Override
        public void close() {
            state.end();
        }

        private void sealServerHi(ServerHi hi, ByteBuffer frame) {
            try {
                hi.encode(frame, OpenedHello.begin(frame, context.random()));
                OpenedHello.seal(frame, key, context.box());
            } catch (Throwable e) {
                Wiping.wipe(frame, 0, Frame.SIZE);
                throw e;
            }
        }
    }

    /**
     * The client holds the long-term key, or replays the clienthi of a client that does to a server that has just
     * started. serverhi has been sent; message0 is expected.
     */
    final class AwaitingMessageZero implements ServerHandshake {

        private final HandshakeContext context;
        private final AdmittedClientHi hi;
        private final SessionKeys keys;
        private final SingleUse state = new SingleUse();

        private AwaitingMessageZero(HandshakeContext context, AdmittedClientHi hi, SessionKeys keys) {
            this.context = context;
            this.hi = hi;
            this.keys = keys;
        }

        /**
         * The difference between the client's clock and ours, for a log line before it becomes too large.
         *
         * @return the client's clock minus ours in seconds, from -3600 to 3600; positive if the client is ahead
         */
        public long clockDifferenceSeconds() {
            return hi.clockDifferenceSeconds();
        }

        /**
         * S3: checks message0. Only now is the client known to take part; the caller may connect to the target.
         *
         * @param message0 the frame received, in the 512 bytes from its position, which doesn't move. It is opened in
         *     place and holds only zeros, so there is nothing to wipe. A frame that doesn't open is left as it was
         * @return the established tunnel, which the caller owns and closes
         * @throws HandshakeException if the frame isn't this client's message0; treated like a clienthi that is refused
         * @throws IllegalStateException if this state was left before, or the key's memory is closed
         * @throws IllegalArgumentException if the buffer has no frame or is read-only; the state isn't left then
         */
        public Session receive(ByteBuffer message0) throws HandshakeException {
            ByteBuffer frame = HandshakeFrame.at(message0);
            state.use();
            try {
                check(frame);
                return Session.ofServer(keys);
            } catch (Throwable e) {
                keys.close();
                throw e;
            }
        }

        @Override
        public void close() {
            if (state.end()) {
                keys.close();
            }
        }

        private void check(ByteBuffer frame) throws HandshakeException {
            boolean opened = context.box()
                    .open24(
                            keys.bytes(),
                            SessionKeys.CLIENT_KEY,
                            MessageZero.nonce(),
                            0,
                            frame,
                            0,
                            Frame.MESSAGE0_PLAINTEXT);
            keys.checkOpen();
            if (!opened) {
                throw HandshakeException.of("message0", HandshakeFailure.BAD_TAG);
            }
            if (!MessageZero.isValid(frame, Frame.TAG)) {
                Wiping.wipe(frame, Frame.TAG, Frame.MESSAGE0_PLAINTEXT);
                throw HandshakeException.of("message0", HandshakeFailure.NONZERO_PADDING);
            }
        }
    }
}
