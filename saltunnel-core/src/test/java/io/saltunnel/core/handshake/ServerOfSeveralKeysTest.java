package io.saltunnel.core.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.saltunnel.core.crypto.SecretBox;
import io.saltunnel.core.key.KeySet;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.key.NamedKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.wire.ProtocolVersion;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Goal: a server takes clients of each of its keys, knows which one a client has, and treats all alike. */
class ServerOfSeveralKeysTest {

    private static final int COUNT = 3;

    private final SecretMemory memory = SecretMemory.create();
    private final SecretBox box = new SecretBox();
    private final List<LongTermKey> keys = new ArrayList<>();
    private final LongTermKey strangersKey = LongTermKey.random(RandomSource.system(), memory);
    private final KeySet set = newSet();
    private final HandshakeContext context =
            new HandshakeContext(() -> Instant.ofEpochSecond(Scene.NOW), RandomSource.system(), box);
    private final ReplayWindows windows = ReplayWindows.of(set, () -> new ReplayWindow(Scene.NOW - 10, 1));
    private final Admission admission = new Admission(windows, TunnelName.NONE, AcceptedVersions.ANY);

    private KeySet newSet() {
        List<NamedKey> named = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            keys.add(LongTermKey.random(RandomSource.system(), memory));
            named.add(new NamedKey("key" + i, keys.get(i)));
        }
        return KeySet.of(named);
    }

    @AfterEach
    void noSecretIsLeft() {
        keys.forEach(LongTermKey::close);
        strangersKey.close();
        assertThat(memory.liveSecrets()).isZero();
        memory.close();
        box.close();
    }

    private ByteBuffer hello(ProtocolVersion version, LongTermKey key) {
        ByteBuffer hello = Scene.frame();
        ClientHandshake.start(new ClientProtocol(version, TunnelName.NONE), key, context, hello)
                .close();
        return hello;
    }

    private HandshakeFailure refusal(ByteBuffer hello) {
        return Scene.refusal(
                        () -> ServerHandshake.accept(set, context, admission).open(hello))
                .failure();
    }

    @ParameterizedTest
    @EnumSource
    void aClientOfEachKeyGetsIn(ProtocolVersion version) throws Exception {
        for (int place = 0; place < COUNT; place++) {
            ByteBuffer hello = Scene.frame();
            ClientHandshake.AwaitingServerHi client = ClientHandshake.start(
                    new ClientProtocol(version, TunnelName.NONE), keys.get(place), context, hello);
            ByteBuffer serverHi = Scene2.serverHi();
            ByteBuffer messageZero = Scene2.messageZero();
            try (ServerHandshake.AdmittedHello admitted =
                    ServerHandshake.accept(set, context, admission).open(hello)) {
                assertThat(admitted.keyIndex()).isEqualTo(place);
                ServerHandshake.AwaitingMessageZero answered = admitted.answer(serverHi);
                assertThat(answered.keyIndex()).isEqualTo(place);
                Session clients = client.receive(serverHi, messageZero);
                answered.receive(messageZero).close();
                clients.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStrangersHelloIsRefusedAsItCame(ProtocolVersion version) {
        ByteBuffer hello = hello(version, strangersKey);
        byte[] sent = Scene.bytes(hello);
        assertThat(refusal(hello)).isEqualTo(HandshakeFailure.BAD_TAG);
        assertThat(Scene.bytes(hello)).isEqualTo(sent);
        assertThat(windows.size()).isZero();
    }

    /** Each window has room for one hello, so that a window in common would have forgotten the first two. */
    @ParameterizedTest
    @EnumSource
    void aReplayIsFoundUnderEachKey(ProtocolVersion version) throws Exception {
        List<byte[]> recorded = new ArrayList<>();
        for (LongTermKey key : keys) {
            ByteBuffer hello = hello(version, key);
            recorded.add(Scene.bytes(hello));
            ServerHandshake.accept(set, context, admission).open(hello).close();
        }
        assertThat(windows.size()).isEqualTo(COUNT);
        for (byte[] hello : recorded) {
            assertThat(refusal(io.saltunnel.core.Vectors.direct(hello))).isEqualTo(HandshakeFailure.REPLAYED);
        }
    }

    @Test
    void aClosedKeyEndsItForAll() {
        ByteBuffer hello = hello(ProtocolVersion.V2, keys.get(0));
        keys.get(2).close();
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> ServerHandshake.accept(set, context, admission).open(hello));
    }
}
