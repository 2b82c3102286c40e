package io.saltunnel.core.handshake;

import static io.saltunnel.core.Vectors.direct;
import static io.saltunnel.core.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.core.Protocol2Vector;
import io.saltunnel.core.crypto.SecretBox;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.core.wire.MessageZero2;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.core.wire.ServerHi2;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;

/**
 * A connection of version 2's vectors, with the random bytes that it drew. Closing it checks that no secret was left
 * behind.
 */
final class Scene2 implements AutoCloseable {

    final Protocol2Vector vector;
    final SecretMemory memory = SecretMemory.create();
    final LongTermKey key;
    final SecretBox box = new SecretBox();
    final ReplayWindow window;

    Scene2(Protocol2Vector vector) {
        this.vector = vector;
        this.key = LongTermKey.of(direct(vector.longTermKey()), memory);
        this.window = new ReplayWindow(vector.unixSeconds() - 10_000, 1000);
    }

    TunnelName name() {
        return TunnelName.of(vector.name());
    }

    Admission admission() {
        return new Admission(window, name());
    }

    /** As a server that starts now: another window, to which the vector's clienthi is new. */
    Admission freshAdmission() {
        return new Admission(new ReplayWindow(vector.unixSeconds() - 10_000, 1), name());
    }

    HandshakeContext context(RandomSource random) {
        return new HandshakeContext(() -> Instant.ofEpochSecond(vector.unixSeconds()), () -> 0, random, box);
    }

    ScriptedRandom clientRandom() {
        return new ScriptedRandom(vector.clientSecret(), machineFields(), vector.clientNonce(), vector.mlkemMessage());
    }

    ScriptedRandom serverRandom() {
        return new ScriptedRandom(
                vector.serverSecret(), vector.mlkemSeedD() + vector.mlkemSeedZ(), vector.serverNonce());
    }

    /** The vector's client, its clienthi sent. */
    ClientHandshake.AwaitingServerHi client() {
        return client(context(clientRandom()));
    }

    ClientHandshake.AwaitingServerHi client(HandshakeContext context) {
        return ClientHandshake.start(new ClientProtocol(ProtocolVersion.V2, name()), key, context, Scene.frame());
    }

    /** The vector's server, its serverhi sent. */
    ServerHandshake.AwaitingMessageZero server() throws HandshakeException {
        return server(context(serverRandom()));
    }

    ServerHandshake.AwaitingMessageZero server(HandshakeContext context) throws HandshakeException {
        return ServerHandshake.accept(key, context, freshAdmission())
                .open(direct(vector.clienthi()))
                .answer(serverHi());
    }

    /** Room for serverhi. */
    static ByteBuffer serverHi() {
        return direct(new byte[ServerHi2.SIZE]);
    }

    /** Room for message0. */
    static ByteBuffer messageZero() {
        return direct(new byte[MessageZero2.SIZE]);
    }

    /** Id and counter, as they lie in clienthi. */
    private String machineFields() {
        ByteBuffer counter = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        return vector.machineId() + hex(counter.putLong(0, vector.machineCounter()));
    }

    /** The secrets in memory are the key alone. */
    void assertNoSecretLeft() {
        assertThat(memory.liveSecrets()).isEqualTo(1);
    }

    @Override
    public void close() {
        assertNoSecretLeft();
        key.close();
        memory.close();
        box.close();
    }
}
