package io.saltunnel.core.handshake;

import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.wire.ProtocolVersion;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * The client's side of the handshake:
 *
 * <pre>
 *   start ─ C1 sends clienthi ─▶ {@link AwaitingServerHi} ─ C2 receives serverhi, C3 sends message0 ─▶ {@link Session}
 * </pre>
 *
 * <p>The client chooses the version, and never falls back to another. A state is left once: it advances, fails or is
 * closed. Its secrets are wiped then, and calling it again throws an {@link IllegalStateException}. Closing a state that
 * was left does nothing. One thread at a time; the long-term key must stay open throughout.
 */
public sealed interface ClientHandshake extends AutoCloseable {

    /**
     * C1: makes the ephemeral key pair and clienthi.
     *
     * @param protocol what the client speaks
     * @param key the long-term key, which the caller still owns; its memory takes this handshake's secrets
     * @param context clock, random source and scratch space
     * @param clientHiOut takes the frame, in the 512 bytes from its position, which doesn't move; if this throws, it
     *     holds no part of a frame
     * @return the state that waits for the server's answer, which the caller owns and closes
     * @throws IllegalArgumentException if there is no room for a frame, or the buffer is read-only
     * @throws IllegalStateException if the key or its memory is closed
     * @throws io.saltunnel.core.secret.MemoryLockException if memory for the secrets must be locked and can't be
     */
    static AwaitingServerHi start(
            ClientProtocol protocol, LongTermKey key, HandshakeContext context, ByteBuffer clientHiOut) {
        Objects.requireNonNull(protocol, "protocol");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(context, "context");
        ByteBuffer out = HandshakeFrame.at(Objects.requireNonNull(clientHiOut, "clientHiOut"));
        return switch (protocol.version()) {
            case V1 -> new ClientVersion1(key, context, SealedClientHi.make(protocol, key, context, out));
            case V2 -> ClientVersion2.start(protocol, key, context, out);
        };
    }

    /** Ends the handshake and wipes its secrets. Does nothing if this state was left before. */
    @Override
    void close();

    /** clienthi has been sent; serverhi is expected. */
    sealed interface AwaitingServerHi extends ClientHandshake permits ClientVersion1, ClientVersion2 {

        /**
         * The version that the client speaks.
         *
         * @return the version, which says how many frames serverhi and message0 have
         */
        ProtocolVersion version();

        /**
         * C2 and C3: checks serverhi and makes message0. Chunks may follow message0 at once. The checks are, in version
         * 1: tag, version, zeros, shared secret, proof. In version 2: tag, version, zeros, encapsulation key, shared
         * secret.
         *
         * @param serverHi the frames received, as many as the {@link #version()} says, from its position, which doesn't
         *     move. They are opened in place, and their plaintext is wiped before this returns or throws. A message that
         *     doesn't open is left as it was
         * @param message0Out takes the frames to send, as many as the {@link #version()} says, from its position, which
         *     doesn't move; it must not overlap serverhi, except in version 1, where it may be the same memory. If this
         *     throws, it holds no part of a frame
         * @return the established tunnel, which the caller owns and closes
         * @throws HandshakeException if serverhi fails a check. The caller must end the connection without sending
         *     anything more
         * @throws IllegalStateException if this state was left before, or the long-term key or its memory is closed
         * @throws IllegalArgumentException if a buffer has too little room or is read-only; the state isn't left then
         * @throws io.saltunnel.core.secret.MemoryLockException if memory for the secrets must be locked and can't be
         */
        Session receive(ByteBuffer serverHi, ByteBuffer message0Out) throws HandshakeException;
    }
}
