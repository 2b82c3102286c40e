package io.saltunnel.core.handshake;

import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.secret.ConstantTime;
import io.saltunnel.core.secret.Wiping;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.session.SessionKeys;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.MessageZero;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.core.wire.ServerHi;
import java.nio.ByteBuffer;

/** A client that speaks version 1 and waits for serverhi. */
final class ClientVersion1 implements ClientHandshake.AwaitingServerHi {

    private final LongTermKey key;
    private final HandshakeContext context;
    private final EphemeralKeyPair ephemeral;
    private final SingleUse state = new SingleUse();

    ClientVersion1(LongTermKey key, HandshakeContext context, EphemeralKeyPair ephemeral) {
        this.key = key;
        this.context = context;
        this.ephemeral = ephemeral;
    }

    @Override
    public ProtocolVersion version() {
        return ProtocolVersion.V1;
    }

    @Override
    public Session receive(ByteBuffer serverHi, ByteBuffer message0Out) throws HandshakeException {
        ByteBuffer in = HandshakeFrame.at(serverHi);
        ByteBuffer out = HandshakeFrame.at(message0Out);
        state.use();
        try (EphemeralKeyPair own = ephemeral) {
            ServerHi hi = open(in);
            SessionKeys keys = own.agree(hi.ephemeralPublicKey())
                    .orElseThrow(() -> HandshakeException.of("serverhi", HandshakeFailure.WEAK_PUBLIC_KEY));
            try {
                checkProof(hi, keys);
                sealMessageZero(keys, out);
                return Session.ofClient(keys);
            } catch (Throwable e) {
                keys.close();
                Wiping.wipe(out, 0, Frame.SIZE);
                throw e;
            }
        }
    }

    @Override
    public void close() {
        if (state.end()) {
            ephemeral.close();
        }
    }

    private ServerHi open(ByteBuffer frame) throws HandshakeException {
        try (OpenedHello hello = OpenedHello.open("serverhi", frame, key, context.box())) {
            return hello.serverHi();
        }
    }

    private static void checkProof(ServerHi hi, SessionKeys keys) throws HandshakeException {
        ByteBuffer shown = ByteBuffer.wrap(hi.proof());
        ByteBuffer expected = ByteBuffer.wrap(keys.proof());
        if (!ConstantTime.equal(shown, 0, expected, 0, ServerHi.PROOF_SIZE)) {
            throw HandshakeException.of("serverhi", HandshakeFailure.BAD_PROOF);
        }
    }

    private void sealMessageZero(SessionKeys keys, ByteBuffer frame) {
        MessageZero.encode(frame, Frame.TAG);
        context.box()
                .seal24(
                        keys.bytes(),
                        SessionKeys.CLIENT_KEY,
                        MessageZero.nonce(),
                        0,
                        frame,
                        0,
                        Frame.MESSAGE0_PLAINTEXT);
        keys.checkOpen();
    }
}
