package io.saltunnel.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.saltunnel.core.crypto.Keccak;
import io.saltunnel.core.crypto.KeyDerivation;
import io.saltunnel.core.crypto.SecretBox;
import io.saltunnel.core.crypto.X25519;
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
import io.saltunnel.core.wire.MessageZero2;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.core.wire.ServerHi2;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The three messages of version 2, from peers that can seal them. A message is accepted if and only if it follows the
 * protocol exactly.
 */
class Hello2FuzzTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
    private static final TunnelName NAME = TunnelName.of("web");
    private static final int TEXT = Frame.NONCE24 + Frame.TAG;
    private static final int KEY_BYTES = 32;
    private static final int TIME_AT = 40;
    private static final int NAME_AT = 72;
    private static final int CLIENT_PADDING = 104;
    private static final int ENCAPSULATION_KEY_AT = 40;
    private static final int COEFFICIENT_BYTES = 1152;
    private static final int SERVER_PADDING = 1224;
    private static final int MESSAGE0_PADDING = 1088;
    private static final int MODULUS = 3329;
    private static final byte[] VERSION_1 = HexFormat.of().parseHex("060528849a6108c7");
    private static final byte[] VERSION_2 = HexFormat.of().parseHex("781b43aa8a43beca");

    private static final SecretMemory MEMORY = SecretMemory.create();
    private static final LongTermKey KEY = LongTermKey.random(RandomSource.system(), MEMORY);
    private static final SecretBox BOX = new SecretBox();
    private static final HandshakeContext CONTEXT = new HandshakeContext(() -> NOW, RandomSource.system(), BOX);
    private static final long SECRETS_AT_REST = MEMORY.liveSecrets();

    /**
     * A clienthi that a holder of the key could seal, to a server that has a name and takes both versions.
     *
     * @param mask what is changed of an honest plaintext
     */
    @FuzzTest(maxDuration = "")
    void clientHi(byte[] mask) {
        ByteBuffer frame = direct(Frame.SIZE);
        ClientHandshake.start(new ClientProtocol(ProtocolVersion.V2, NAME), KEY, CONTEXT, frame)
                .close();
        byte[] text = alter(frame, KEY.bytes().buffer(), mask, Frame.HELLO_PLAINTEXT);
        long time = ByteBuffer.wrap(text).getLong(TIME_AT);
        boolean timely = time >= NOW.getEpochSecond() - 3600 && time <= NOW.getEpochSecond() + 3600;
        boolean first = startsWith(text, VERSION_1) && isZero(text, NAME_AT);
        boolean second = startsWith(text, VERSION_2)
                && isZero(text, CLIENT_PADDING)
                && Arrays.equals(text, NAME_AT, CLIENT_PADDING, NAME.tag(), 0, KEY_BYTES);
        boolean expected = timely && (first || second);
        try (ServerHandshake.AdmittedHello hello = accept().open(frame)) {
            assertThat(expected).isTrue();
            assertThat(hello.version()).isEqualTo(first ? ProtocolVersion.V1 : ProtocolVersion.V2);
            hello.answer(direct(ServerHi2.SIZE)).close();
        } catch (HandshakeException e) {
            assertThat(expected && e.failure() != HandshakeFailure.WEAK_PUBLIC_KEY)
                    .as("refused: %s", e.failure())
                    .isFalse();
        }
        assertThat(MEMORY.liveSecrets()).isEqualTo(SECRETS_AT_REST);
    }

    /**
     * A serverhi that a holder of the key could seal for this clienthi.
     *
     * @param mask what is changed of an honest plaintext
     */
    @FuzzTest(maxDuration = "")
    void serverHi(byte[] mask) throws HandshakeException {
        ByteBuffer clientHi = direct(Frame.SIZE);
        ByteBuffer answer = direct(ServerHi2.SIZE);
        try (ClientHandshake.AwaitingServerHi client =
                ClientHandshake.start(new ClientProtocol(ProtocolVersion.V2, NAME), KEY, CONTEXT, clientHi)) {
            ByteBuffer sealing = serverHiKey(clientHi);
            accept().open(clientHi).answer(answer).close();
            byte[] text = alter(answer, sealing, mask, ServerHi2.PLAINTEXT);
            boolean expected = startsWith(text, VERSION_2) && isZero(text, SERVER_PADDING) && isReduced(text);
            try (Session session = client.receive(answer, direct(MessageZero2.SIZE))) {
                assertThat(session.version()).isEqualTo(ProtocolVersion.V2);
                assertThat(expected).isTrue();
            } catch (HandshakeException e) {
                assertThat(expected && e.failure() != HandshakeFailure.WEAK_PUBLIC_KEY)
                        .as("refused: %s", e.failure())
                        .isFalse();
            }
        }
        assertThat(MEMORY.liveSecrets()).isEqualTo(SECRETS_AT_REST);
    }

    /**
     * A message0 that the client of this connection could seal.
     *
     * @param content the start of its plaintext
     */
    @FuzzTest(maxDuration = "")
    void messageZero(byte[] content) throws HandshakeException {
        ByteBuffer secret = direct(KEY_BYTES).put(0, (byte) 7);
        ByteBuffer clientHi = sealedClientHi(secret);
        ByteBuffer answer = direct(ServerHi2.SIZE);
        ByteBuffer message0 = direct(MessageZero2.SIZE);
        byte[] text = Arrays.copyOf(content, MessageZero2.PLAINTEXT);
        try (ServerHandshake.AwaitingMessageZero server =
                accept().open(clientHi).answer(answer)) {
            message0.put(Frame.TAG, text);
            BOX.seal8(messageZeroKey(secret, clientHi, answer), 0, 0, message0, 0, MessageZero2.PLAINTEXT);
            try (Session session = server.receive(message0)) {
                assertThat(session.version()).isEqualTo(ProtocolVersion.V2);
                assertThat(isZero(text, MESSAGE0_PADDING)).isTrue();
            } catch (HandshakeException e) {
                assertThat(e.failure()).isEqualTo(HandshakeFailure.NONZERO_PADDING);
                assertThat(isZero(text, MESSAGE0_PADDING)).isFalse();
            }
        }
        assertThat(MEMORY.liveSecrets()).isEqualTo(SECRETS_AT_REST);
    }

    private static ServerHandshake.AwaitingClientHi accept() {
        return ServerHandshake.accept(KEY, CONTEXT, new Admission(new ReplayWindow(0, 1), NAME, AcceptedVersions.ANY));
    }

    /** A clienthi whose ephemeral secret the test knows. */
    private static ByteBuffer sealedClientHi(ByteBuffer secret) {
        ByteBuffer publicKey = ByteBuffer.allocate(KEY_BYTES);
        X25519.publicKey(secret, 0, publicKey, 0);
        ByteBuffer frame = direct(Frame.SIZE);
        new ClientHi(ProtocolVersion.V2, publicKey.array(), NOW.getEpochSecond(), new byte[16], 0, NAME.tag())
                .encode(frame, TEXT);
        BOX.seal24(KEY.bytes().buffer(), 0, frame, 0, frame, Frame.NONCE24, Frame.HELLO_PLAINTEXT);
        return frame;
    }

    private static ByteBuffer serverHiKey(ByteBuffer clientHi) {
        ByteBuffer key = direct(KEY_BYTES);
        try (KeyDerivation derivation = KeyDerivation.of("saltunnel 2 serverhi")) {
            derivation
                    .part(KEY.bytes().buffer(), 0, KEY_BYTES)
                    .part(clientHi, 0, Frame.SIZE)
                    .into(key, 0, KEY_BYTES);
        }
        return key;
    }

    private static ByteBuffer messageZeroKey(ByteBuffer secret, ByteBuffer clientHi, ByteBuffer serverHi) {
        ByteBuffer key = direct(KEY_BYTES);
        ByteBuffer hash = direct(KEY_BYTES);
        ByteBuffer dh = direct(KEY_BYTES);
        try (Keccak transcript = Keccak.sha3of256();
                KeyDerivation derivation = KeyDerivation.of("saltunnel 2 message0")) {
            transcript.absorb(clientHi, 0, Frame.SIZE).absorb(serverHi, 0, ServerHi2.SIZE);
            transcript.squeeze(hash, 0, KEY_BYTES);
            ByteBuffer opened = direct(ServerHi2.SIZE).put(0, serverHi, 0, ServerHi2.SIZE);
            assertThat(BOX.open24(serverHiKey(clientHi), 0, opened, 0, opened, Frame.NONCE24, ServerHi2.PLAINTEXT))
                    .isTrue();
            X25519.sharedSecret(secret, 0, opened, TEXT + ServerHi2.PUBLIC_KEY, dh, 0);
            derivation
                    .part(KEY.bytes().buffer(), 0, KEY_BYTES)
                    .part(dh, 0, KEY_BYTES)
                    .part(hash, 0, KEY_BYTES)
                    .into(key, 0, KEY_BYTES);
        }
        return key;
    }

    /** Opens a sealed hello, changes it and seals it again; returns the changed plaintext. */
    private static byte[] alter(ByteBuffer message, ByteBuffer key, byte[] mask, int size) {
        assertThat(BOX.open24(key, 0, message, 0, message, Frame.NONCE24, size)).isTrue();
        byte[] text = new byte[size];
        message.get(TEXT, text);
        for (int i = 0; i < Math.min(mask.length, size); i++) {
            text[i] ^= mask[i];
        }
        message.put(TEXT, text);
        BOX.seal24(key, 0, message, 0, message, Frame.NONCE24, size);
        return text;
    }

    private static boolean isReduced(byte[] text) {
        for (int at = ENCAPSULATION_KEY_AT; at < ENCAPSULATION_KEY_AT + COEFFICIENT_BYTES; at += 3) {
            int pair = text[at] & 0xff | (text[at + 1] & 0xff) << 8 | (text[at + 2] & 0xff) << 16;
            if (pair % 4096 >= MODULUS || pair / 4096 >= MODULUS) {
                return false;
            }
        }
        return true;
    }

    private static boolean startsWith(byte[] text, byte[] version) {
        return Arrays.equals(text, 0, version.length, version, 0, version.length);
    }

    private static boolean isZero(byte[] text, int from) {
        return Arrays.equals(text, from, text.length, new byte[text.length - from], 0, text.length - from);
    }

    private static ByteBuffer direct(int size) {
        return ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
