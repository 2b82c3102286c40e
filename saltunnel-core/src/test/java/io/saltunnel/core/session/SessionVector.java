package io.saltunnel.core.session;

import io.saltunnel.core.Vectors;
import io.saltunnel.core.secret.SecretBytes;
import io.saltunnel.core.secret.SecretMemory;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;

/** One connection of {@code sessions.json}; all strings are hex. */
public record SessionVector(
        String longTermKey,
        String clientSecret,
        String clientPublic,
        String serverSecret,
        String serverPublic,
        long unixSeconds,
        String machineId,
        long machineCounter,
        String clientNonce,
        String serverNonce,
        String dh,
        String clientKey,
        String serverKey,
        String clienthi,
        String serverhi,
        String message0,
        List<Chunk> clientToServer,
        List<Chunk> serverToClient,
        List<Chunk> highNonces) {

    /** A chunk with its data. */
    public record Chunk(BigInteger nonce, String data, String chunk) {

        /** The nonce as an unsigned number. */
        public long number() {
            return nonce.longValue();
        }

        ByteBuffer frame() {
            return Vectors.direct(chunk);
        }

        ByteBuffer plaintext() {
            return Vectors.direct(data);
        }
    }

    /** All of them. */
    public static List<SessionVector> all() {
        return Vectors.list(Vectors.read("sessions.json"), "sessions", SessionVector.class);
    }

    /** The session keys, derived from the shared secret. */
    public SessionKeys keys(SecretMemory memory) {
        try (SecretBytes shared = memory.allocate(32)) {
            shared.buffer().put(0, HexFormat.of().parseHex(dh));
            return SessionKeys.derive(shared, memory);
        }
    }

    @Override
    public String toString() {
        return "session at " + unixSeconds;
    }
}
