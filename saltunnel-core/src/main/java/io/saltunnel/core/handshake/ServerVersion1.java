package io.saltunnel.core.handshake;

import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.secret.Wiping;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.session.SessionKeys;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.MessageZero;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.core.wire.ServerHi;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A server's states once it knows that its client speaks version 1. */
final class ServerVersion1 {

    private ServerVersion1() {}

    /** clienthi was admitted. No secret exists yet. */
    static final class Admitted implements ServerHandshake.AdmittedHello {

        private final LongTermKey key;
        private final HandshakeContext context;
        private final AdmittedClientHi hi;
        private final SingleUse state = new SingleUse();

        Admitted(LongTermKey key, HandshakeContext context, AdmittedClientHi hi) {
            this.key = key;
            this.context = context;
            this.hi = hi;
        }

        @Override
        public ProtocolVersion version() {
            return ProtocolVersion.V1;
        }

        @Override
        public int keyIndex() {
            return hi.keyIndex();
        }

        @Override
        public long clockDifferenceSeconds() {
            return hi.clockDifferenceSeconds();
        }

        @Override
        public Optional<ReplayQuestion> replayQuestion() {
            return hi.question();
        }

        @Override
        public ServerHandshake.AwaitingMessageZero answer(ByteBuffer serverHiOut) throws HandshakeException {
            ByteBuffer out = HandshakeFrame.at(serverHiOut);
            state.use();
            try (EphemeralKeyPair own = EphemeralKeyPair.generate(context.random(), key.memory())) {
                SessionKeys keys = own.agree(hi.ephemeralPublicKey())
                        .orElseThrow(() -> HandshakeException.of("clienthi", HandshakeFailure.WEAK_PUBLIC_KEY));
                try {
                    sealServerHi(new ServerHi(own.publicKey(), keys.proof()), out);
                    return new Answered(context, hi, keys);
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

        private void sealServerHi(ServerHi serverHi, ByteBuffer frame) {
            try {
                serverHi.encode(frame, OpenedHello.begin(frame, context.random()));
                OpenedHello.seal(frame, key, context.box());
            } catch (Throwable e) {
                Wiping.wipe(frame, 0, Frame.SIZE);
                throw e;
            }
        }
    }

    /** The session keys exist, and serverhi was sent. */
    static final class Answered implements ServerHandshake.AwaitingMessageZero {

        private final HandshakeContext context;
        private final AdmittedClientHi hi;
        private final SessionKeys keys;
        private final SingleUse state = new SingleUse();

        private Answered(HandshakeContext context, AdmittedClientHi hi, SessionKeys keys) {
            this.context = context;
            this.hi = hi;
            this.keys = keys;
        }

        @Override
        public ProtocolVersion version() {
            return ProtocolVersion.V1;
        }

        @Override
        public int keyIndex() {
            return hi.keyIndex();
        }

        @Override
        public long clockDifferenceSeconds() {
            return hi.clockDifferenceSeconds();
        }

        @Override
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
