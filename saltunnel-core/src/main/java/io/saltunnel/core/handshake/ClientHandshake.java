package io.saltunnel.core.handshake;

import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.secret.ConstantTime;
import io.saltunnel.core.secret.Wiping;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.session.SessionKeys;
import io.saltunnel.core.wire.ClientHi;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.MessageZero;
import io.saltunnel.core.wire.ServerHi;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * The client's side of the handshake:
 *
 * <pre>
 *   start ─ C1 sends clienthi ─▶ {@link AwaitingServerHi} ─ C2 receives serverhi, C3 sends message0 ─▶ {@link Session}
 * </pre>
 *
 * <p>A state is left once: it advances, fails or is closed. Its secrets are wiped then, and calling it again throws an
 * {@link IllegalStateException}. Closing a state that was left does nothing. One thread at a time; the long-term key
 * must stay open throughout.
 */
public sealed interface ClientHandshake extends AutoCloseable {

    /**
     * C1: makes the ephemeral key pair and clienthi.
     *
     * @param key the long-term key, which the caller still owns; its memory takes this handshake's secrets
     * @param context clock, random source and scratch space
     * @param clientHiOut takes the frame, in the 512 bytes from its position, which doesn't move; if this throws, it
     *     holds no part of a frame
     * @return the state that waits for the server's answer, which the caller owns and closes
     * @throws IllegalArgumentException if there is no room for a frame, or the buffer is read-only
     * @throws IllegalStateException if the key or its memory is closed
     * @throws io.saltunnel.core.secret.MemoryLockException if memory for the secrets must be locked and can't be
     */
    static AwaitingServerHi start(LongTermKey key, HandshakeContext context, ByteBuffer clientHiOut) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(context, "context");
        ByteBuffer out = HandshakeFrame.at(Objects.requireNonNull(clientHiOut, "clientHiOut"));
        EphemeralKeyPair ephemeral = EphemeralKeyPair.generate(context.random(), key.memory());
        try {
            ClientHi hi = anonymousHi(ephemeral, context, out);
            hi.encode(out, OpenedHello.begin(out, context.random()));
            OpenedHello.seal(out, key, context.box());
            return new AwaitingServerHi(key, context, ephemeral);
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
    private static ClientHi anonymousHi(EphemeralKeyPair ephemeral, HandshakeContext context, ByteBuffer scratch) {
        context.random().fill(scratch.slice(0, ClientHi.MACHINE_ID_SIZE + Long.BYTES));
        byte[] machineId = new byte[ClientHi.MACHINE_ID_SIZE];
        scratch.get(0, machineId);
        long machineCounter = scratch.getLong(ClientHi.MACHINE_ID_SIZE);
        return new ClientHi(
                ephemeral.publicKey(), context.clock().instant().getEpochSecond(), machineId, machineCounter);
    }

    /** Ends the handshake and wipes its secrets. Does nothing if this state was left before. */
    @Override
    void close();

    /** clienthi has been sent; serverhi is expected. */
    final class AwaitingServerHi implements ClientHandshake {

        private final LongTermKey key;
        private final HandshakeContext context;
        private final EphemeralKeyPair ephemeral;
        private final SingleUse state = new SingleUse();

        private AwaitingServerHi(LongTermKey key, HandshakeContext context, EphemeralKeyPair ephemeral) {
            this.key = key;
            this.context = context;
            this.ephemeral = ephemeral;
        }

        /**
         * C2 and C3: checks serverhi (tag, version, zeros, shared secret, proof) and makes message0. Chunks may follow
         * message0 at once.
         *
         * @param serverHi the frame received, in the 512 bytes from its position, which doesn't move. It is opened in
         *     place, and its plaintext is wiped before this returns or throws. A frame that doesn't open is left as it
         *     was
         * @param message0Out takes the frame to send, in the 512 bytes from its position, which doesn't move; it may be
         *     the same memory. If this throws, it holds no part of a frame
         * @return the established tunnel, which the caller owns and closes
         * @throws HandshakeException if serverhi fails a check. The caller must close the connection without sending
         *     anything more
         * @throws IllegalStateException if this state was left before, or the long-term key or its memory is closed
         * @throws IllegalArgumentException if a buffer has no room for a frame or is read-only; the state isn't left
         *     then
         * @throws io.saltunnel.core.secret.MemoryLockException if memory for the secrets must be locked and can't be
         */
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
}
