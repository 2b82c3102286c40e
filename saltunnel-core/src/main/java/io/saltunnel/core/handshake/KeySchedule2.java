package io.saltunnel.core.handshake;

import io.saltunnel.core.crypto.KeyDerivation;
import io.saltunnel.core.crypto.MlKem768;
import io.saltunnel.core.crypto.X25519;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.secret.SecretBytes;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.core.session.SessionKeys;
import io.saltunnel.core.wire.Frame;
import java.nio.ByteBuffer;

/**
 * The keys of version 2 (docs/PROTOCOL.md), {@code D} of a label and its parts:
 *
 * <table>
 * <caption>Derived from the long-term key K</caption>
 * <tr><th>key</th><th>label</th><th>parts</th><th>bytes</th></tr>
 * <tr><td>KS, seals serverhi</td><td>saltunnel 2 serverhi</td><td>K, clienthi</td><td>32</td></tr>
 * <tr><td>KC, seals message0</td><td>saltunnel 2 message0</td><td>K, dh, H(clienthi, serverhi)</td><td>32</td></tr>
 * <tr><td>S, the session keys</td><td>saltunnel 2 session</td>
 * <td>K, dh, ss, H(clienthi, serverhi, message0)</td><td>64</td></tr>
 * </table>
 *
 * <p>Secrets and messages are direct buffers, read and written at absolute offsets; positions don't move. Each method
 * throws {@link IllegalStateException} if the long-term key is closed before it returns, since a key derived from wiped
 * memory is not secret. If it throws, the target may hold a key: the caller owns the target, and wipes it on every
 * path. Stateless.
 */
final class KeySchedule2 {

    /** Bytes of KS and of KC. */
    static final int KEY_SIZE = 32;

    private KeySchedule2() {}

    /** Derives KS from the sealed clienthi, {@link Frame#SIZE} bytes from index 0. Writes {@link #KEY_SIZE} bytes. */
    static void serverHiKey(LongTermKey key, ByteBuffer clientHi, ByteBuffer target, int offset) {
        try (KeyDerivation derivation = begin("saltunnel 2 serverhi", key)) {
            derivation.part(clientHi, 0, Frame.SIZE).into(target, offset, KEY_SIZE);
            key.bytes().checkOpen();
        }
    }

    /** Derives KC. The transcript holds both hellos. Writes {@link #KEY_SIZE} bytes at the offset. */
    static void messageZeroKey(
            LongTermKey key, ByteBuffer dh, int dhOffset, Transcript2 transcript, ByteBuffer target, int offset) {
        try (KeyDerivation derivation = begin("saltunnel 2 message0", key);
                SecretBytes messages = transcript.hash(key.memory())) {
            derivation
                    .part(dh, dhOffset, X25519.KEY_SIZE)
                    .part(messages.buffer(), 0, Transcript2.HASH_SIZE)
                    .into(target, offset, KEY_SIZE);
            key.bytes().checkOpen();
        }
    }

    /**
     * Derives S. The transcript holds all three messages.
     *
     * @param dh the X25519 result, 32 bytes from its offset; the caller has checked that it is still open
     * @param ss the ML-KEM secret, 32 bytes from its offset; the caller has checked that it is still open
     * @return the keys of both directions, which the caller closes
     */
    static SessionKeys sessionKeys(
            LongTermKey key,
            ByteBuffer dh,
            int dhOffset,
            ByteBuffer ss,
            int ssOffset,
            Transcript2 transcript,
            SecretMemory memory) {
        try (KeyDerivation derivation = begin("saltunnel 2 session", key);
                SecretBytes messages = transcript.hash(key.memory())) {
            derivation
                    .part(dh, dhOffset, X25519.KEY_SIZE)
                    .part(ss, ssOffset, MlKem768.SHARED_SECRET_SIZE)
                    .part(messages.buffer(), 0, Transcript2.HASH_SIZE);
            key.bytes().checkOpen();
            return SessionKeys.derive(derivation, memory);
        }
    }

    private static KeyDerivation begin(String label, LongTermKey key) {
        ByteBuffer bytes = key.bytes().buffer();
        return KeyDerivation.of(label, key.memory()).part(bytes, 0, LongTermKey.BYTES);
    }
}
