package io.saltunnel.core.handshake;

import io.saltunnel.core.crypto.MlKem768;
import io.saltunnel.core.crypto.X25519;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.secret.SecretBytes;
import io.saltunnel.core.secret.Wiping;
import io.saltunnel.core.session.KeyChanges;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.session.SessionKeys;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.MessageZero2;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.core.wire.ServerHi2;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A server's states once it knows that its client speaks version 2. The secrets of a handshake lie in one block of
 * locked memory. Each is wiped as soon as what is derived from it exists:
 *
 * <table>
 * <caption>The block</caption>
 * <tr><th>secret</th><th>bytes</th><th>until</th></tr>
 * <tr><td>dh, the result of X25519</td><td>32</td><td>the session keys exist</td></tr>
 * <tr><td>KC</td><td>32</td><td>message0 is opened</td></tr>
 * <tr><td>d and z, ML-KEM's seeds</td><td>64</td><td>the decapsulation key exists</td></tr>
 * <tr><td>ss, ML-KEM's shared secret, in the place of d and z</td><td>32</td><td>the session keys exist</td></tr>
 * <tr><td>ML-KEM's decapsulation key</td><td>2400</td><td>ss exists</td></tr>
 * </table>
 */
final class ServerVersion2 {

    private static final int DH = 0;
    private static final int MESSAGE0_KEY = DH + X25519.KEY_SIZE;
    private static final int SEEDS = MESSAGE0_KEY + KeySchedule2.KEY_SIZE;
    private static final int SHARED = SEEDS;
    private static final int DECAPSULATION_KEY = SEEDS + MlKem768.SEED_SIZE;
    private static final int BLOCK_SIZE = DECAPSULATION_KEY + MlKem768.DECAPSULATION_KEY_SIZE;

    private ServerVersion2() {}

    /** Makes the first state, from a clienthi as it was received. */
    static Admitted admitted(LongTermKey key, HandshakeContext context, AdmittedClientHi hi, ByteBuffer clientHi) {
        SecretBytes serverHiKey = key.memory().allocate(KeySchedule2.KEY_SIZE);
        try {
            KeySchedule2.serverHiKey(key, clientHi, serverHiKey.buffer(), 0);
            Transcript2 transcript = new Transcript2(clientHi, key.memory());
            return new Admitted(key, context, hi, serverHiKey, transcript);
        } catch (Throwable e) {
            serverHiKey.close();
            throw e;
        }
    }

    /** clienthi was admitted. KS is the only secret so far. */
    static final class Admitted implements ServerHandshake.AdmittedHello {

        private final LongTermKey key;
        private final HandshakeContext context;
        private final AdmittedClientHi hi;
        private final SecretBytes serverHiKey;
        private final Transcript2 transcript;
        private final SingleUse state = new SingleUse();

        private Admitted(
                LongTermKey key,
                HandshakeContext context,
                AdmittedClientHi hi,
                SecretBytes serverHiKey,
                Transcript2 transcript) {
            this.key = key;
            this.context = context;
            this.hi = hi;
            this.serverHiKey = serverHiKey;
            this.transcript = transcript;
        }

        @Override
        public ProtocolVersion version() {
            return ProtocolVersion.V2;
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
            ByteBuffer out = HandshakeFrame.at(serverHiOut, ServerHi2.FRAMES);
            state.use();
            try (SecretBytes sealing = serverHiKey) {
                SecretBytes secrets = key.memory().allocate(BLOCK_SIZE);
                try {
                    ByteBuffer block = secrets.buffer();
                    int plaintext = SealedServerHi2.PLAINTEXT;
                    agree(block, out, plaintext + ServerHi2.PUBLIC_KEY);
                    makeDecapsulationKey(block, out, plaintext + ServerHi2.ENCAPSULATION_KEY);
                    SealedServerHi2.seal(out, sealing, context);
                    transcript.add(out);
                    KeySchedule2.messageZeroKey(key, block, DH, transcript, block, MESSAGE0_KEY);
                    secrets.checkOpen();
                    return new Answered(key, context, hi, secrets, transcript);
                } catch (Throwable e) {
                    secrets.close();
                    throw e;
                }
            } catch (Throwable e) {
                transcript.close();
                Wiping.wipe(out, 0, ServerHi2.SIZE);
                throw e;
            }
        }

        /** X25519: writes dh into the block, and the public key into serverhi. */
        private void agree(ByteBuffer block, ByteBuffer out, int publicKey) throws HandshakeException {
            try (EphemeralKeyPair own = EphemeralKeyPair.generate(context.random(), key.memory())) {
                if (!own.agree(hi.ephemeralPublicKey(), block, DH)) {
                    throw HandshakeException.of("clienthi", HandshakeFailure.WEAK_PUBLIC_KEY);
                }
                own.putPublicKey(out, publicKey);
            }
        }

        /** ML-KEM: writes the decapsulation key into the block, and the encapsulation key into serverhi. */
        private void makeDecapsulationKey(ByteBuffer block, ByteBuffer out, int encapsulationKey) {
            context.random().fill(block.slice(SEEDS, MlKem768.SEED_SIZE));
            MlKem768.keyPair(block, SEEDS, out, encapsulationKey, block, DECAPSULATION_KEY);
            Wiping.wipe(block, SEEDS, MlKem768.SEED_SIZE);
        }

        @Override
        public void close() {
            if (state.end()) {
                serverHiKey.close();
                transcript.close();
            }
        }
    }

    /** serverhi was sent. */
    static final class Answered implements ServerHandshake.AwaitingMessageZero {

        private final LongTermKey key;
        private final HandshakeContext context;
        private final AdmittedClientHi hi;
        private final SecretBytes secrets;
        private final Transcript2 transcript;
        private final SingleUse state = new SingleUse();

        private Answered(
                LongTermKey key,
                HandshakeContext context,
                AdmittedClientHi hi,
                SecretBytes secrets,
                Transcript2 transcript) {
            this.key = key;
            this.context = context;
            this.hi = hi;
            this.secrets = secrets;
            this.transcript = transcript;
        }

        @Override
        public ProtocolVersion version() {
            return ProtocolVersion.V2;
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
            ByteBuffer message = HandshakeFrame.at(message0, MessageZero2.FRAMES);
            state.use();
            try (SecretBytes using = secrets;
                    Transcript2 said = transcript) {
                ByteBuffer block = using.buffer();
                said.add(message);
                open(message, block);
                MlKem768.decapsulate(
                        block, DECAPSULATION_KEY, message, Frame.TAG + MessageZero2.CIPHERTEXT, block, SHARED);
                Wiping.wipe(block, DECAPSULATION_KEY, MlKem768.DECAPSULATION_KEY_SIZE);
                SessionKeys keys = KeySchedule2.sessionKeys(key, block, DH, block, SHARED, said, key.memory());
                try {
                    using.checkOpen();
                    return Session.ofServer(keys, new KeyChanges(context.nanoTime(), context.random(), key.memory()));
                } catch (Throwable e) {
                    keys.close();
                    throw e;
                }
            }
        }

        private void open(ByteBuffer message, ByteBuffer block) throws HandshakeException {
            boolean opened =
                    context.box().open8(block, MESSAGE0_KEY, MessageZero2.NONCE, message, 0, MessageZero2.PLAINTEXT);
            secrets.checkOpen();
            Wiping.wipe(block, MESSAGE0_KEY, KeySchedule2.KEY_SIZE);
            if (!opened) {
                throw HandshakeException.of("message0", HandshakeFailure.BAD_TAG);
            }
            if (!MessageZero2.isValid(message, Frame.TAG)) {
                throw HandshakeException.of("message0", HandshakeFailure.NONZERO_PADDING);
            }
        }

        @Override
        public void close() {
            if (state.end()) {
                secrets.close();
                transcript.close();
            }
        }
    }
}
