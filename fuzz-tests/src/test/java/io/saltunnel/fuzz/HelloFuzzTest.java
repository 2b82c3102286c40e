package io.saltunnel.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.saltunnel.core.crypto.SecretBox;
import io.saltunnel.core.handshake.AcceptedVersions;
import io.saltunnel.core.handshake.Admission;
import io.saltunnel.core.handshake.ClientHandshake;
import io.saltunnel.core.handshake.ClientProtocol;
import io.saltunnel.core.handshake.HandshakeContext;
import io.saltunnel.core.handshake.HandshakeException;
import io.saltunnel.core.handshake.HandshakeFailure;
import io.saltunnel.core.handshake.ReplayWindow;
import io.saltunnel.core.handshake.ServerHandshake;
import io.saltunnel.core.handshake.TunnelName;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.wire.ClientHi;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.MalformedHelloException;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.core.wire.ServerHi;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;

/**
 * Both hellos, from peers with the key and from peers without it. An accepted hello is the one that was sent, and
 * follows the protocol exactly.
 */
class HelloFuzzTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
    private static final int PLAINTEXT = Frame.NONCE24 + Frame.TAG;
    private static final int KEY_AT = 8;
    private static final int TIME_AT = 40;
    private static final int LAST_BYTE_OF_KEY = KEY_AT + 31;
    private static final int CLIENT_PADDING = 72;

    private static final SecretMemory MEMORY = SecretMemory.create();
    private static final LongTermKey KEY = LongTermKey.random(RandomSource.system(), MEMORY);
    private static final SecretBox BOX = new SecretBox();
    private static final HandshakeContext CONTEXT = new HandshakeContext(() -> NOW, RandomSource.system(), BOX);
    private static final long SECRETS_AT_REST = MEMORY.liveSecrets();

    /**
     * A hello that a holder of the key could seal.
     *
     * @param mask what is changed of an honest plaintext
     */
    @FuzzTest(maxDuration = "")
    void clientHi(byte[] mask) {
        ByteBuffer frame = frame();
        startClient(frame).close();
        byte[] plaintext = alter(frame, mask);
        assertThat(decodesToItself(plaintext))
                .isEqualTo(keepsToTheLetter(plaintext, CLIENT_PADDING) || isOfVersion2(plaintext));
        long time = ByteBuffer.wrap(plaintext).getLong(TIME_AT);
        boolean timely = time >= NOW.getEpochSecond() - 3600 && time <= NOW.getEpochSecond() + 3600;
        try (ServerHandshake.AwaitingClientHi server = accept();
                ServerHandshake admitted = answer(server, frame, frame())) {
            assertThat(admitted).isNotNull();
            assertThat(keepsToTheLetter(plaintext, CLIENT_PADDING)).isTrue();
            assertThat(timely).isTrue();
        } catch (HandshakeException e) {
            assertThat(keepsToTheLetter(plaintext, CLIENT_PADDING)
                            && timely
                            && e.failure() != HandshakeFailure.WEAK_PUBLIC_KEY)
                    .as("refused: %s", e.failure())
                    .isFalse();
        }
        assertThat(MEMORY.liveSecrets()).isEqualTo(SECRETS_AT_REST);
    }

    /**
     * An answer that a holder of the key could seal without the client's ephemeral secret.
     *
     * @param mask what is changed of an honest plaintext
     */
    @FuzzTest(maxDuration = "")
    void serverHi(byte[] mask) throws HandshakeException {
        ByteBuffer clientHi = frame();
        ByteBuffer answer = frame();
        try (ClientHandshake.AwaitingServerHi client = startClient(clientHi);
                ServerHandshake.AwaitingClientHi server = accept()) {
            answer(server, clientHi, answer).close();
            byte[] honest = open(answer.duplicate());
            byte[] plaintext = alter(answer, mask);
            // By RFC 7748 the receiver ignores the key's top bit.
            honest[LAST_BYTE_OF_KEY] |= (byte) 0x80;
            plaintext[LAST_BYTE_OF_KEY] |= (byte) 0x80;
            boolean same = java.util.Arrays.equals(honest, plaintext);
            try (Session session = client.receive(answer, frame())) {
                assertThat(session).isNotNull();
                assertThat(same).isTrue();
            } catch (HandshakeException e) {
                assertThat(same).as("refused: %s", e.failure()).isFalse();
            }
        }
        assertThat(MEMORY.liveSecrets()).isEqualTo(SECRETS_AT_REST);
    }

    /**
     * A frame from a peer without the key: it is refused and not changed.
     *
     * @param noise a frame, or part of one
     */
    @FuzzTest(maxDuration = "")
    void unsealedNoise(byte[] noise) {
        ByteBuffer toServer = frame().put(0, noise, 0, Math.min(noise.length, Frame.SIZE));
        ByteBuffer before = frame().put(0, toServer, 0, Frame.SIZE);
        ByteBuffer toClient = frame().put(0, toServer, 0, Frame.SIZE);
        assertThat(refusal(toServer, true)).isEqualTo(HandshakeFailure.BAD_TAG);
        assertThat(refusal(toClient, false)).isEqualTo(HandshakeFailure.BAD_TAG);
        assertThat(toServer).isEqualTo(before);
        assertThat(toClient).isEqualTo(before);
        assertThat(MEMORY.liveSecrets()).isEqualTo(SECRETS_AT_REST);
    }

    private static HandshakeFailure refusal(ByteBuffer frame, boolean byServer) {
        try (ClientHandshake.AwaitingServerHi client = startClient(frame());
                ServerHandshake.AwaitingClientHi server = accept()) {
            if (byServer) {
                answer(server, frame, frame()).close();
            } else {
                client.receive(frame, frame()).close();
            }
            throw new AssertionError("accepted");
        } catch (HandshakeException e) {
            return e.failure();
        }
    }

    private static ServerHandshake.AwaitingClientHi accept() {
        return ServerHandshake.accept(
                KEY, CONTEXT, new Admission(new ReplayWindow(0, 1), TunnelName.NONE, AcceptedVersions.ONLY_V1));
    }

    private static ServerHandshake.AwaitingMessageZero answer(
            ServerHandshake.AwaitingClientHi server, ByteBuffer clientHi, ByteBuffer serverHi)
            throws HandshakeException {
        try (ServerHandshake.AdmittedHello hello = server.open(clientHi)) {
            return hello.answer(serverHi);
        }
    }

    private static ClientHandshake.AwaitingServerHi startClient(ByteBuffer clientHi) {
        return ClientHandshake.start(new ClientProtocol(ProtocolVersion.V1, TunnelName.NONE), KEY, CONTEXT, clientHi);
    }

    private static boolean keepsToTheLetter(byte[] plaintext, int padding) {
        byte[] version = {6, 5, 0x28, (byte) 0x84, (byte) 0x9a, 0x61, 8, (byte) 0xc7};
        boolean zeros = true;
        for (int i = padding; i < plaintext.length; i++) {
            zeros &= plaintext[i] == 0;
        }
        return zeros && java.util.Arrays.equals(plaintext, 0, KEY_AT, version, 0, KEY_AT);
    }

    /** A server that isn't told of version 2 refuses it. */
    private static boolean isOfVersion2(byte[] plaintext) {
        byte[] version = {0x78, 0x1b, 0x43, (byte) 0xaa, (byte) 0x8a, 0x43, (byte) 0xbe, (byte) 0xca};
        boolean zeros = true;
        for (int i = CLIENT_PADDING + 32; i < plaintext.length; i++) {
            zeros &= plaintext[i] == 0;
        }
        return zeros && java.util.Arrays.equals(plaintext, 0, KEY_AT, version, 0, KEY_AT);
    }

    /** Whether the plaintext is a clienthi; both kinds of hello encode to the bytes that they were decoded from. */
    private static boolean decodesToItself(byte[] plaintext) {
        ByteBuffer read = ByteBuffer.wrap(plaintext);
        ByteBuffer again = ByteBuffer.allocate(plaintext.length);
        try {
            ServerHi.decode(read, 0).encode(again, 0);
            assertThat(again).isEqualTo(read);
        } catch (MalformedHelloException e) {
            assertThat(keepsToTheLetter(plaintext, KEY_AT + 48)).isFalse();
        }
        try {
            ClientHi.decode(read, 0).encode(again, 0);
            assertThat(again).isEqualTo(read);
            return true;
        } catch (MalformedHelloException e) {
            return false;
        }
    }

    /** Opens a sealed hello, changes it and seals it again; returns the changed plaintext. */
    private static byte[] alter(ByteBuffer frame, byte[] mask) {
        byte[] plaintext = open(frame);
        for (int i = 0; i < Math.min(mask.length, plaintext.length); i++) {
            plaintext[i] ^= mask[i];
        }
        frame.put(PLAINTEXT, plaintext);
        BOX.seal24(KEY.bytes().buffer(), 0, frame, 0, frame, Frame.NONCE24, Frame.HELLO_PLAINTEXT);
        return plaintext;
    }

    /** Opens a sealed hello in place, and seals it again. */
    private static byte[] open(ByteBuffer frame) {
        frame.order(ByteOrder.LITTLE_ENDIAN);
        assertThat(BOX.open24(KEY.bytes().buffer(), 0, frame, 0, frame, Frame.NONCE24, Frame.HELLO_PLAINTEXT))
                .isTrue();
        byte[] plaintext = new byte[Frame.HELLO_PLAINTEXT];
        frame.get(PLAINTEXT, plaintext);
        BOX.seal24(KEY.bytes().buffer(), 0, frame, 0, frame, Frame.NONCE24, Frame.HELLO_PLAINTEXT);
        return plaintext;
    }

    private static ByteBuffer frame() {
        return ByteBuffer.allocateDirect(Frame.SIZE).order(ByteOrder.LITTLE_ENDIAN);
    }
}
