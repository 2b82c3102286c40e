package io.saltunnel.core.handshake;

import io.saltunnel.core.crypto.Keccak;
import java.nio.ByteBuffer;

/**
 * The messages of a handshake of version 2 as they are on the wire, hashed: {@code H(clienthi || serverhi)}, and later
 * with message0. All of its input was sent in public. One thread at a time.
 */
final class Transcript2 {

    /** Bytes of a hash. */
    static final int HASH_SIZE = Keccak.SHA3_256_SIZE;

    private final Keccak hash = Keccak.sha3of256();

    /** Adds a whole message, nonce and tag included. */
    void add(ByteBuffer message) {
        hash.absorb(message, 0, message.limit());
    }

    /** The hash of all messages so far, in a new buffer. */
    ByteBuffer hash() {
        ByteBuffer result = ByteBuffer.allocate(HASH_SIZE);
        try (Keccak ending = hash.copy()) {
            ending.squeeze(result, 0, HASH_SIZE);
        }
        return result;
    }
}
