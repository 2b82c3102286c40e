package io.saltunnel.core.session;

import static io.saltunnel.core.Vectors.direct;
import static io.saltunnel.core.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.core.Protocol2Vector;
import io.saltunnel.core.crypto.ChunkCipher;
import io.saltunnel.core.crypto.KeyDerivation;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.core.wire.Frame;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * Both ends of a vector's tunnel of version 2, and a clock that the test sets. Closing it checks that no secret was
 * left behind.
 */
final class Ends2 implements AutoCloseable {

    static final int RUN = ChunkCipher.MAX_CHUNKS_PER_RUN;

    final Protocol2Vector vector;
    final SecretMemory memory = SecretMemory.create();
    final ChunkCipher cipher = ChunkCipher.create();
    final ByteBuffer data = ByteBuffer.allocateDirect(RUN * Frame.MAX_DATA);
    final ByteBuffer frames = ByteBuffer.allocateDirect((RUN + 1) * Frame.SIZE);
    final SessionKeys clientKeys;
    final SessionKeys serverKeys;
    final Session client;
    final Session server;
    long nanos;

    Ends2(Protocol2Vector vector) {
        this(vector, target -> {}); // zeros: keys change after 60 s
    }

    Ends2(Protocol2Vector vector, RandomSource random) {
        this.vector = vector;
        this.clientKeys = keys(vector, memory);
        this.serverKeys = keys(vector, memory);
        KeyChanges changes = new KeyChanges(() -> nanos, random, memory);
        this.client = Session.ofClient(clientKeys, changes);
        this.server = Session.ofServer(serverKeys, changes);
    }

    static SessionKeys keys(Protocol2Vector vector, SecretMemory memory) {
        try (KeyDerivation any = KeyDerivation.of("")) {
            SessionKeys keys = SessionKeys.derive(any, memory);
            keys.bytes().put(0, HexFormat.of().parseHex(vector.clientKey() + vector.serverKey()));
            return keys;
        }
    }

    String clientKey(SessionKeys keys) {
        return hex(keys.bytes(), SessionKeys.CLIENT_KEY, 32);
    }

    /** The key that follows. */
    static String next(String key) {
        ByteBuffer bytes = direct(key);
        try (KeyDerivation derivation = KeyDerivation.of("saltunnel 2 rekey")) {
            derivation.part(bytes, 0, 32).into(bytes, 0, 32);
        }
        return hex(bytes);
    }

    /** The client seals this many full chunks, and the server opens them. */
    void carry(int chunks) throws ChunkException {
        for (int left = chunks; left > 0; left -= RUN) {
            int run = Math.min(left, RUN);
            assertThat(client.sealer().seal(cipher, data, 0, run * Frame.MAX_DATA, frames, 0))
                    .isEqualTo(run);
            assertThat(server.opener().open(cipher, frames, 0, run, frames, 0)).isEqualTo(run * Frame.MAX_DATA);
        }
    }

    @Override
    public void close() {
        client.close();
        server.close();
        assertThat(memory.liveSecrets()).isZero();
        memory.close();
        cipher.close();
    }
}
