package io.saltunnel.core.handshake;

import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.secret.Wiping;
import io.saltunnel.core.wire.ClientHi;
import io.saltunnel.core.wire.Frame;
import java.nio.ByteBuffer;

/** Step C1, which both versions have in common. */
final class SealedClientHi {

    private SealedClientHi() {}

    /** Makes an ephemeral key pair, which the caller owns and closes, and a sealed clienthi with its public half. */
    static EphemeralKeyPair make(ClientProtocol protocol, LongTermKey key, HandshakeContext context, ByteBuffer out) {
        EphemeralKeyPair ephemeral = EphemeralKeyPair.generate(context.random(), key.memory());
        try {
            ClientHi hi = anonymousHi(protocol, ephemeral, context, out);
            hi.encode(out, OpenedHello.begin(out, context.random()));
            protocol.firstBytes().overwrite(out.slice(0, Frame.NONCE24), context.random());
            OpenedHello.seal(out, key, context.box());
            return ephemeral;
        } catch (Throwable e) {
            ephemeral.close();
            Wiping.wipe(out, 0, Frame.SIZE);
            throw e;
        }
    }

    /**
     * Makes a hello with a random machine id and counter. No receiver checks these fields. A constant id or a real
     * counter would show a later holder of the key which recorded connections came from one machine.
     *
     * @param scratch holds the random bytes until later output overwrites them
     */
    private static ClientHi anonymousHi(
            ClientProtocol protocol, EphemeralKeyPair ephemeral, HandshakeContext context, ByteBuffer scratch) {
        context.random().fill(scratch.slice(0, ClientHi.MACHINE_ID_SIZE + Long.BYTES));
        byte[] machineId = new byte[ClientHi.MACHINE_ID_SIZE];
        scratch.get(0, machineId);
        long machineCounter = scratch.getLong(ClientHi.MACHINE_ID_SIZE);
        return new ClientHi(
                protocol.version(),
                ephemeral.publicKey(),
                context.clock().instant().getEpochSecond(),
                machineId,
                machineCounter,
                protocol.name().tag());
    }
}
