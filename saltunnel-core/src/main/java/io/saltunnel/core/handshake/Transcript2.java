package io.saltunnel.core.handshake;

import io.saltunnel.core.crypto.Keccak;
import io.saltunnel.core.secret.SecretBytes;
import io.saltunnel.core.secret.SecretMemory;
import java.nio.ByteBuffer;

/**
 * The hash of version 2's handshake messages as they are on the wire: {@code H(clienthi || serverhi)}, and later with
 * message0. Nothing of its input is secret. The owner closes it on every path. One thread at a time.
 */
final class Transcript2 implements AutoCloseable {

    /** Bytes of a hash. */
    static final int HASH_SIZE = Keccak.SHA3_256_SIZE;

    private final Keccak hash;

    /** Begins with a message. The state is in a slot of the memory. */
    Transcript2(ByteBuffer message, SecretMemory memory) {
        hash = Keccak.sha3of256(memory);
        add(message);
    }

    /** Adds a whole message, nonce and tag included. */
    void add(ByteBuffer message) {
        hash.absorb(message, 0, message.limit());
    }

    /** The hash of all messages so far, in a slot of the memory, which the caller closes. */
    SecretBytes hash(SecretMemory memory) {
        SecretBytes result = memory.allocate(HASH_SIZE);
        try (Keccak ending = hash.copy()) {
            ending.squeeze(result.buffer(), 0, HASH_SIZE);
            return result;
        } catch (Throwable e) {
            result.close();
            throw e;
        }
    }

    @Override
    public void close() {
        hash.close();
    }
}
