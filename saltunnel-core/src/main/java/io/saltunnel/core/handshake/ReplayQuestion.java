package io.saltunnel.core.handshake;

import io.saltunnel.core.crypto.KeyDerivation;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.secret.SecretBytes;
import io.saltunnel.core.wire.Frame;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * What a server asks a memory of replays that it shares with other servers: whether it has seen this hello. The memory
 * learns nothing from it: a hello's identity is {@code D("saltunnel replay identity", K, nonce)} (docs/PROTOCOL.md), which
 * looks random to whatever doesn't know the long-term key, differs from key to key, and can't be found by who has only
 * recorded the hello. Immutable: any thread may use it.
 */
public final class ReplayQuestion {

    /** Bytes of an identity: two hellos have the same one only by a chance of 2<sup>-128</sup> for each pair. */
    public static final int IDENTITY_BYTES = 16;

    /** How far the clocks of servers that share a memory may differ, in seconds, without a replay getting through. */
    public static final long MAX_SERVER_DIFFERENCE_SECONDS = 600;

    private static final String LABEL = "saltunnel replay identity";

    private final byte[] identity;
    private final long aheadSeconds;
    private final Optional<HandshakeException> doubt;

    private ReplayQuestion(byte[] identity, long aheadSeconds, Optional<HandshakeException> doubt) {
        this.identity = identity;
        this.aheadSeconds = aheadSeconds;
        this.doubt = doubt;
    }

    /**
     * The question about an authentic hello that the clock admits.
     *
     * @param nonce the hello's nonce, 24 bytes from index 0 of a direct buffer
     * @param aheadSeconds the hello's time minus the server's, at most an hour either way
     * @param doubt why the server's own window would have refused it
     */
    static ReplayQuestion about(
            LongTermKey key, ByteBuffer nonce, long aheadSeconds, Optional<HandshakeException> doubt) {
        try (KeyDerivation derivation = KeyDerivation.of(LABEL, key.memory());
                SecretBytes output = key.memory().allocate(IDENTITY_BYTES)) {
            derivation
                    .part(key.bytes().buffer(), 0, LongTermKey.BYTES)
                    .part(nonce, 0, Frame.NONCE24)
                    .into(output.buffer(), 0, IDENTITY_BYTES);
            key.bytes().checkOpen();
            byte[] identity = new byte[IDENTITY_BYTES];
            output.buffer().get(0, identity);
            return new ReplayQuestion(identity, aheadSeconds, doubt);
        }
    }

    /**
     * What the hello is remembered by.
     *
     * @return a copy of {@value #IDENTITY_BYTES} bytes; the same for the same hello on every server with the key
     */
    public byte[] identity() {
        return identity.clone();
    }

    /**
     * How long the hello has to be remembered: until no server accepts its time any more, even one whose clock is {@value
     * #MAX_SERVER_DIFFERENCE_SECONDS} s behind this one's.
     *
     * @return from 10 minutes to 2 hours and 10 minutes, in whole seconds
     */
    public Duration memorableFor() {
        return Duration.ofSeconds(
                ReplayWindow.MAX_CLOCK_DIFFERENCE_SECONDS + MAX_SERVER_DIFFERENCE_SECONDS + aheadSeconds);
    }

    /**
     * What the server's own window says, for a server that has to decide without the shared memory.
     *
     * @return why it would have refused the hello: this server has started after it, or has forgotten hellos of its
     *     time; empty if it admits the hello
     */
    public Optional<HandshakeException> doubt() {
        return doubt;
    }

    /**
     * Why the hello is refused if the shared memory has seen it.
     *
     * @return a new exception with {@link HandshakeFailure#REPLAYED}
     */
    public HandshakeException replayed() {
        return HandshakeException.replayed(aheadSeconds);
    }
}
