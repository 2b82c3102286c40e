package io.saltunnel.core.handshake;

import io.saltunnel.core.key.KeySet;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.wire.ProtocolVersion;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;

/**
 * The server's side of the handshake:
 *
 * <pre>
 *   accept ─▶ {@link AwaitingClientHi} ─ S1 opens and checks clienthi, and learns the version from it
 *          ─▶ {@link AdmittedHello} ─ S2 makes serverhi
 *          ─▶ {@link AwaitingMessageZero} ─ S3 receives message0 ─▶ {@link Session}
 * </pre>
 *
 * <p>The states of both versions have the same types; {@link AdmittedHello#version()} says how many frames the messages
 * have. A state is left once: it advances, fails or is closed. Its secrets are wiped then, and calling it again throws
 * an {@link IllegalStateException}. Closing a state that was left does nothing. One thread at a time; the long-term key
 * must stay open throughout.
 */
public sealed interface ServerHandshake extends AutoCloseable {

    /**
     * Begins to wait for a client. This state holds no secret and allocates almost nothing, because anyone may connect.
     *
     * @param key the long-term key, which the caller still owns; its memory takes this handshake's secrets
     * @param context clock, random source and scratch space
     * @param admission what is demanded of clienthi
     * @return the state that waits for clienthi, which the caller owns and closes
     */
    static AwaitingClientHi accept(LongTermKey key, HandshakeContext context, Admission admission) {
        return accept(KeySet.of(key), context, admission);
    }

    /**
     * Begins to wait for a client of any of several keys. Which of them the client has shows neither in what is computed
     * for its hello nor in what is done about it.
     *
     * @param keys the long-term keys, which the caller still owns; the memory of the one that fits takes this
     *     handshake's secrets
     * @param context clock, random source and scratch space
     * @param admission what is demanded of clienthi
     * @return the state that waits for clienthi, which the caller owns and closes
     */
    static AwaitingClientHi accept(KeySet keys, HandshakeContext context, Admission admission) {
        return new AwaitingClientHi(
                Objects.requireNonNull(keys, "keys"),
                Objects.requireNonNull(context, "context"),
                Objects.requireNonNull(admission, "admission"));
    }

    /** Ends the handshake and wipes its secrets. Does nothing if this state was left before. */
    @Override
    void close();

    /** Nothing is known about the client; clienthi is expected. */
    final class AwaitingClientHi implements ServerHandshake {

        private final KeySet keys;
        private final HandshakeContext context;
        private final Admission admission;
        private final SingleUse state = new SingleUse();

        private AwaitingClientHi(KeySet keys, HandshakeContext context, Admission admission) {
            this.keys = keys;
            this.context = context;
            this.admission = admission;
        }

        /**
         * S1: opens one box, under the key that fits, and checks its content: tag, version, zeros, time, not seen
         * before, name. These checks, their order and what they cost are the same for both versions, and for all keys.
         *
         * @param clientHi the frame received, in the 512 bytes from its position, which doesn't move. It is opened in
         *     place, and its plaintext is wiped before this returns or throws. A frame that doesn't open is left as it
         *     was
         * @return the state that answers, which the caller owns and closes
         * @throws HandshakeException if clienthi fails a check. The caller must not answer: the client must not learn
         *     the reason, nor that it was refused
         * @throws IllegalStateException if this state was left before, or a long-term key or its memory is closed
         * @throws IllegalArgumentException if the buffer has no frame or is read-only; the state isn't left then
         * @throws io.saltunnel.core.secret.MemoryLockException if memory for the secrets must be locked and can't be
         */
        public AdmittedHello open(ByteBuffer clientHi) throws HandshakeException {
            ByteBuffer frame = HandshakeFrame.at(clientHi);
            state.use();
            AdmittedClientHi hi = AdmittedClientHi.admit(frame, keys, context, admission);
            LongTermKey key = keys.key(hi.keyIndex());
            return switch (hi.version()) {
                case V1 -> new ServerVersion1.Admitted(key, context, hi);
                case V2 -> ServerVersion2.admitted(key, context, hi, frame);
            };
        }

        @Override
        public void close() {
            state.end();
        }
    }

    /**
     * The client holds the long-term key, or replays another client's clienthi. A replay gets here only if this server
     * has just started, or shares the key with a server of another process; {@link #replayQuestion} finds those. Nothing
     * has been sent.
     */
    sealed interface AdmittedHello extends ServerHandshake permits ServerVersion1.Admitted, ServerVersion2.Admitted {

        /**
         * The version of the client, and so of this connection.
         *
         * @return says how many frames serverhi and message0 have
         */
        ProtocolVersion version();

        /**
         * The key that the client sealed its hello under.
         *
         * @return its place among the server's keys, from 0
         */
        int keyIndex();

        /**
         * The difference between the client's clock and ours, for a log line before it becomes too large.
         *
         * @return the client's clock minus ours in seconds, from -3600 to 3600; positive if the client is ahead
         */
        long clockDifferenceSeconds();

        /**
         * What a memory of replays that several servers share has to be asked. Nothing may be sent before it has
         * answered that the hello is new; {@link #answer} may be called meanwhile.
         *
         * @return empty if the {@link ReplayWindows} are all the memory there is
         */
        Optional<ReplayQuestion> replayQuestion();

        /**
         * S2: makes the ephemeral keys and serverhi.
         *
         * @param serverHiOut takes the frames to send, as many as the {@link #version()} says, from its position, which
         *     doesn't move. If this throws, it holds no part of a frame
         * @return the state that waits for message0, which the caller owns and closes
         * @throws HandshakeException if no secret can be shared with the client's ephemeral key. The caller must not
         *     answer
         * @throws IllegalStateException if this state was left before, or the long-term key or its memory is closed
         * @throws IllegalArgumentException if the buffer has too little room or is read-only; the state isn't left then
         * @throws io.saltunnel.core.secret.MemoryLockException if memory for the secrets must be locked and can't be
         */
        AwaitingMessageZero answer(ByteBuffer serverHiOut) throws HandshakeException;
    }

    /** serverhi has been sent; message0 is expected. */
    sealed interface AwaitingMessageZero extends ServerHandshake
            permits ServerVersion1.Answered, ServerVersion2.Answered {

        /**
         * The version that this connection speaks.
         *
         * @return says how many frames message0 has
         */
        ProtocolVersion version();

        /**
         * The key that the client sealed its hello under.
         *
         * @return its place among the server's keys, from 0
         */
        int keyIndex();

        /**
         * The difference between the client's clock and ours, for a log line before it becomes too large.
         *
         * @return the client's clock minus ours in seconds, from -3600 to 3600; positive if the client is ahead
         */
        long clockDifferenceSeconds();

        /**
         * S3: checks message0. Only now is the client known to take part; the caller may connect to the target.
         *
         * @param message0 the frames received, as many as the {@link #version()} says, from its position, which doesn't
         *     move. They are opened in place; nothing in them is secret. A message that doesn't open is left as it was
         * @return the established tunnel, which the caller owns and closes
         * @throws HandshakeException if this isn't this client's message0. The caller must treat it like a refused
         *     clienthi
         * @throws IllegalStateException if this state was left before, or the key or its memory is closed
         * @throws IllegalArgumentException if the buffer has too few bytes or is read-only; the state isn't left then
         * @throws io.saltunnel.core.secret.MemoryLockException if memory for the secrets must be locked and can't be
         */
        Session receive(ByteBuffer message0) throws HandshakeException;
    }
}
