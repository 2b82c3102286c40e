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

/**
 * A client that speaks version 2 and waits for serverhi. It keeps its X25519 key pair and KS. The later secrets lie in
 * one block of locked memory. Each is wiped as soon as what is derived from it exists:
 *
 * <table>
 * <caption>The block</caption>
 * <tr><th>secret</th><th>bytes</th><th>until</th></tr>
 * <tr><td>dh, the result of X25519</td><td>32</td><td>the session keys exist</td></tr>
 * <tr><td>m, ML-KEM's message</td><td>32</td><td>ss exists</td></tr>
 * <tr><td>KC, in the place of m</td><td>32</td><td>message0 is sealed</td></tr>
 * <tr><td>ss, ML-KEM's shared secret</td><td>32</td><td>the session keys exist</td></tr>
 * </table>
 */
final class ClientVersion2 implements ClientHandshake.AwaitingServerHi {

    private static final int DH = 0;
    private static final int MESSAGE = DH + X25519.KEY_SIZE;
    private static final int MESSAGE0_KEY = MESSAGE;
    private static final int SHARED = MESSAGE + MlKem768.MESSAGE_SIZE;
    private static final int BLOCK_SIZE = SHARED + MlKem768.SHARED_SECRET_SIZE;

    private final LongTermKey key;
    private final HandshakeContext context;
    private final EphemeralKeyPair ephemeral;
    private final SecretBytes serverHiKey;
    private final Transcript2 transcript;
    private final SingleUse state = new SingleUse();

    private ClientVersion2(
            LongTermKey key,
            HandshakeContext context,
            EphemeralKeyPair ephemeral,
            SecretBytes serverHiKey,
            Transcript2 transcript) {
        this.key = key;
        this.context = context;
        this.ephemeral = ephemeral;
        this.serverHiKey = serverHiKey;
        this.transcript = transcript;
    }

    static ClientVersion2 start(ClientProtocol protocol, LongTermKey key, HandshakeContext context, ByteBuffer out) {
        SecretBytes serverHiKey = key.memory().allocate(KeySchedule2.KEY_SIZE);
        try {
            EphemeralKeyPair ephemeral = SealedClientHi.make(protocol, key, context, out);
            try {
                KeySchedule2.serverHiKey(key, out, serverHiKey.buffer(), 0);
                Transcript2 transcript = new Transcript2(out, key.memory());
                return new ClientVersion2(key, context, ephemeral, serverHiKey, transcript);
            } catch (Throwable e) {
                ephemeral.close();
                Wiping.wipe(out, 0, Frame.SIZE);
                throw e;
            }
        } catch (Throwable e) {
            serverHiKey.close();
            throw e;
        }
    }

    @Override
    public ProtocolVersion version() {
        return ProtocolVersion.V2;
    }

    @Override
    public Session receive(ByteBuffer serverHi, ByteBuffer message0Out) throws HandshakeException {
        ByteBuffer in = HandshakeFrame.at(serverHi, ServerHi2.FRAMES);
        ByteBuffer out = HandshakeFrame.at(message0Out, MessageZero2.FRAMES);
        state.use();
        try (SecretBytes secrets = key.memory().allocate(BLOCK_SIZE)) {
            transcript.add(in);
            try (SecretBytes opening = serverHiKey) {
                SealedServerHi2.open(in, opening, context);
            }
            try (EphemeralKeyPair own = ephemeral) {
                encapsulate(in, secrets.buffer(), out);
                agree(own, in, secrets.buffer());
            } finally {
                SealedServerHi2.wipe(in);
            }
            sealMessageZero(secrets, out);
            return session(secrets);
        } catch (Throwable e) {
            wipeFirstSecrets();
            Wiping.wipe(out, 0, MessageZero2.SIZE);
            throw e;
        } finally {
            transcript.close();
        }
    }

    /** ML-KEM: writes ss into the block, and the ciphertext into message0. */
    private void encapsulate(ByteBuffer serverHi, ByteBuffer block, ByteBuffer out) throws HandshakeException {
        context.random().fill(block.slice(MESSAGE, MlKem768.MESSAGE_SIZE));
        boolean reduced = MlKem768.encapsulate(
                serverHi,
                SealedServerHi2.PLAINTEXT + ServerHi2.ENCAPSULATION_KEY,
                block,
                MESSAGE,
                out,
                Frame.TAG + MessageZero2.CIPHERTEXT,
                block,
                SHARED);
        Wiping.wipe(block, MESSAGE, MlKem768.MESSAGE_SIZE);
        if (!reduced) {
            throw HandshakeException.of("serverhi", HandshakeFailure.UNREDUCED_KEY);
        }
    }

    /** X25519: writes dh into the block. */
    private static void agree(EphemeralKeyPair own, ByteBuffer serverHi, ByteBuffer block) throws HandshakeException {
        if (!own.agree(serverHi, SealedServerHi2.PLAINTEXT + ServerHi2.PUBLIC_KEY, block, DH)) {
            throw HandshakeException.of("serverhi", HandshakeFailure.WEAK_PUBLIC_KEY);
        }
    }

    private void sealMessageZero(SecretBytes secrets, ByteBuffer out) {
        ByteBuffer block = secrets.buffer();
        KeySchedule2.messageZeroKey(key, block, DH, transcript, block, MESSAGE0_KEY);
        MessageZero2.encode(out, Frame.TAG);
        context.box().seal8(block, MESSAGE0_KEY, MessageZero2.NONCE, out, 0, MessageZero2.PLAINTEXT);
        Wiping.wipe(block, MESSAGE0_KEY, KeySchedule2.KEY_SIZE);
        secrets.checkOpen();
        transcript.add(out);
    }

    private Session session(SecretBytes secrets) {
        ByteBuffer block = secrets.buffer();
        SessionKeys keys = KeySchedule2.sessionKeys(key, block, DH, block, SHARED, transcript, key.memory());
        try {
            secrets.checkOpen();
            return Session.ofClient(keys, new KeyChanges(context.nanoTime(), context.random(), key.memory()));
        } catch (Throwable e) {
            keys.close();
            throw e;
        }
    }

    @Override
    public void close() {
        if (state.end()) {
            wipeFirstSecrets();
            transcript.close();
        }
    }

    private void wipeFirstSecrets() {
        serverHiKey.close();
        ephemeral.close();
    }
}
