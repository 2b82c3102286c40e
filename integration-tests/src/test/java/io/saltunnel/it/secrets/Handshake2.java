package io.saltunnel.it.secrets;

import io.saltunnel.core.crypto.KeyDerivation;
import io.saltunnel.core.crypto.MlKem768;
import io.saltunnel.core.crypto.SecretBox;
import io.saltunnel.core.crypto.X25519;
import io.saltunnel.core.wire.ClientHi;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.MalformedHelloException;
import io.saltunnel.core.wire.MessageZero2;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.core.wire.ServerHi2;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A handshake of version 2 over a blocking socket, step by step, with all secrets that this end knows. It uses the
 * program's own primitives, which other tests check.
 *
 * <table>
 * <caption>Names of secrets</caption>
 * <tr><td>KS, KC</td><td>seal serverhi and message0</td></tr>
 * <tr><td>dh, ss</td><td>the results of X25519 and of ML-KEM</td></tr>
 * <tr><td>m, r</td><td>ML-KEM's message, and the seed of its noise</td></tr>
 * <tr><td>client key 0, server key 0</td><td>the first keys of the chunks</td></tr>
 * </table>
 */
final class Handshake2 {

    static final String CLIENT_KEY = "client key ";
    static final String SERVER_KEY = "server key ";

    private static final int PLAINTEXT = Frame.NONCE24 + Frame.TAG;

    private final Socket socket;
    private final byte[] longTermKey;
    private final byte[] ephemeral = Mark.random("X25519", X25519.KEY_SIZE).bytes();
    private final ByteArrayOutputStream transcript = new ByteArrayOutputStream();
    private final Map<String, byte[]> secrets = new LinkedHashMap<>();
    private byte[] encapsulationKey = {};

    Handshake2(Socket socket, byte[] longTermKey) {
        this.socket = socket;
        this.longTermKey = longTermKey.clone();
    }

    Socket socket() {
        return socket;
    }

    /** The secrets so far, by name. */
    Map<String, byte[]> secrets() {
        return new LinkedHashMap<>(secrets);
    }

    /** ML-KEM's public key, once serverhi is there. */
    byte[] encapsulationKey() {
        return encapsulationKey.clone();
    }

    // ---- as a client

    /** Sends clienthi, and receives serverhi: the server then has everything but ML-KEM's secret. */
    void greet() throws IOException {
        ByteBuffer hello = ByteBuffer.allocate(Frame.SIZE).put(0, random(Frame.NONCE24));
        new ClientHi(ProtocolVersion.V2, publicKey(), System.currentTimeMillis() / 1000, random(16), 0, new byte[32])
                .encode(hello, PLAINTEXT);
        seal24(longTermKey, hello, Frame.HELLO_PLAINTEXT);
        write(hello);
        secrets.put("KS", derive("saltunnel 2 serverhi", 32, longTermKey, all(hello)));
        ByteBuffer answer = read(ServerHi2.SIZE);
        open24(secrets.get("KS"), answer, ServerHi2.PLAINTEXT);
        encapsulationKey = bytes(answer, PLAINTEXT + ServerHi2.ENCAPSULATION_KEY, MlKem768.ENCAPSULATION_KEY_SIZE);
        agree(answer, PLAINTEXT + ServerHi2.PUBLIC_KEY);
    }

    /** Sends message0. */
    void prove() throws IOException {
        ByteBuffer message = ByteBuffer.allocate(MessageZero2.SIZE);
        byte[] m = random(MlKem768.MESSAGE_SIZE);
        ByteBuffer ss = ByteBuffer.allocate(MlKem768.SHARED_SECRET_SIZE);
        MlKem768.encapsulate(ByteBuffer.wrap(encapsulationKey), 0, ByteBuffer.wrap(m), 0, message, Frame.TAG, ss, 0);
        try (SecretBox box = new SecretBox()) {
            box.seal8(ByteBuffer.wrap(secrets.get("KC")), 0, MessageZero2.NONCE, message, 0, MessageZero2.PLAINTEXT);
        }
        write(message);
        finish(m, ss.array());
    }

    /** Sends a message0 that doesn't open. */
    void proveNothing() throws IOException {
        write(ByteBuffer.wrap(random(MessageZero2.SIZE)));
    }

    // ---- as a server

    /** Receives clienthi. */
    ClientHi hear() throws IOException {
        ByteBuffer hello = read(Frame.SIZE);
        secrets.put("KS", derive("saltunnel 2 serverhi", 32, longTermKey, all(hello)));
        open24(longTermKey, hello, Frame.HELLO_PLAINTEXT);
        try {
            return ClientHi.decode(hello, PLAINTEXT);
        } catch (MalformedHelloException e) {
            throw new IOException(e);
        }
    }

    /** Sends serverhi, receives message0. */
    void answer(ClientHi hi) throws IOException {
        ByteBuffer seeds = ByteBuffer.wrap(random(MlKem768.SEED_SIZE));
        ByteBuffer key = ByteBuffer.allocate(MlKem768.DECAPSULATION_KEY_SIZE);
        ByteBuffer answer = ByteBuffer.allocate(ServerHi2.SIZE);
        MlKem768.keyPair(seeds, 0, answer, PLAINTEXT + ServerHi2.ENCAPSULATION_KEY, key, 0);
        encapsulationKey = bytes(answer, PLAINTEXT + ServerHi2.ENCAPSULATION_KEY, MlKem768.ENCAPSULATION_KEY_SIZE);
        sendServerHi(answer, publicKey());
        agree(ByteBuffer.wrap(hi.ephemeralPublicKey()), 0);
        ByteBuffer message = read(MessageZero2.SIZE);
        ByteBuffer opened = ByteBuffer.allocate(MessageZero2.SIZE).put(0, message, 0, MessageZero2.SIZE);
        try (SecretBox box = new SecretBox()) {
            check(box.open8(
                    ByteBuffer.wrap(secrets.get("KC")), 0, MessageZero2.NONCE, opened, 0, MessageZero2.PLAINTEXT));
        }
        ByteBuffer ss = ByteBuffer.allocate(MlKem768.SHARED_SECRET_SIZE);
        MlKem768.decapsulate(key, 0, opened, Frame.TAG, ss, 0);
        byte[] m = KemMessage.decrypt(
                bytes(seeds, 0, MlKem768.MESSAGE_SIZE), bytes(opened, Frame.TAG, MlKem768.CIPHERTEXT_SIZE));
        finish(m, ss.array());
    }

    /** Sends a serverhi whose X25519 key is a point of low order, which the client checks last. */
    void answerWithAWeakKey() throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(ServerHi2.SIZE);
        ByteBuffer key = ByteBuffer.allocate(MlKem768.DECAPSULATION_KEY_SIZE);
        MlKem768.keyPair(
                ByteBuffer.wrap(random(MlKem768.SEED_SIZE)),
                0,
                answer,
                PLAINTEXT + ServerHi2.ENCAPSULATION_KEY,
                key,
                0);
        sendServerHi(answer, new byte[X25519.KEY_SIZE]);
    }

    private void sendServerHi(ByteBuffer answer, byte[] publicKey) throws IOException {
        ServerHi2.encode(answer, PLAINTEXT);
        answer.put(PLAINTEXT + ServerHi2.PUBLIC_KEY, publicKey).put(0, random(Frame.NONCE24));
        seal24(secrets.get("KS"), answer, ServerHi2.PLAINTEXT);
        write(answer);
    }

    // ---- parts

    private void agree(ByteBuffer peersKey, int offset) throws IOException {
        ByteBuffer dh = ByteBuffer.allocate(X25519.KEY_SIZE);
        check(X25519.sharedSecret(ByteBuffer.wrap(ephemeral), 0, peersKey, offset, dh, 0));
        secrets.put("dh", dh.array());
        secrets.put("KC", derive("saltunnel 2 message0", 32, longTermKey, dh.array(), transcriptHash()));
    }

    private void finish(byte[] m, byte[] ss) {
        secrets.put("ss", ss);
        secrets.put("m", m);
        byte[] both = digest("SHA3-512", m, digest("SHA3-256", encapsulationKey));
        if (!Arrays.equals(Arrays.copyOf(both, ss.length), ss)) {
            throw new AssertionError("this message doesn't give this secret");
        }
        secrets.put("r", Arrays.copyOfRange(both, ss.length, both.length));
        byte[] keys = derive("saltunnel 2 session", 64, longTermKey, secrets.get("dh"), ss, transcriptHash());
        secrets.put(CLIENT_KEY + 0, Arrays.copyOf(keys, 32));
        secrets.put(SERVER_KEY + 0, Arrays.copyOfRange(keys, 32, 64));
    }

    private byte[] publicKey() {
        ByteBuffer key = ByteBuffer.allocate(X25519.KEY_SIZE);
        X25519.publicKey(ByteBuffer.wrap(ephemeral), 0, key, 0);
        return key.array();
    }

    static byte[] derive(String label, int length, byte[]... parts) {
        ByteBuffer derived = ByteBuffer.allocate(length);
        try (KeyDerivation derivation = KeyDerivation.of(label)) {
            for (byte[] part : parts) {
                derivation.part(ByteBuffer.wrap(part), 0, part.length);
            }
            derivation.into(derived, 0, length);
        }
        return derived.array();
    }

    private byte[] transcriptHash() {
        return digest("SHA3-256", transcript.toByteArray());
    }

    private static byte[] digest(String name, byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance(name);
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static void seal24(byte[] key, ByteBuffer message, int length) {
        try (SecretBox box = new SecretBox()) {
            box.seal24(ByteBuffer.wrap(key), 0, message, 0, message, Frame.NONCE24, length);
        }
    }

    private static void open24(byte[] key, ByteBuffer message, int length) throws IOException {
        try (SecretBox box = new SecretBox()) {
            check(box.open24(ByteBuffer.wrap(key), 0, message, 0, message, Frame.NONCE24, length));
        }
    }

    private static void check(boolean right) throws IOException {
        if (!right) {
            throw new IOException("the program's message is wrong");
        }
    }

    private static byte[] random(int length) {
        return Mark.random("", length).bytes();
    }

    private static byte[] bytes(ByteBuffer buffer, int offset, int length) {
        byte[] bytes = new byte[length];
        buffer.get(offset, bytes);
        return bytes;
    }

    private static byte[] all(ByteBuffer buffer) {
        return bytes(buffer, 0, buffer.limit());
    }

    private void write(ByteBuffer message) throws IOException {
        socket.getOutputStream().write(all(message));
        transcript.writeBytes(all(message));
    }

    /** Reads a message, for the caller to open. */
    private ByteBuffer read(int size) throws IOException {
        byte[] message = new byte[size];
        new DataInputStream(socket.getInputStream()).readFully(message);
        transcript.writeBytes(message);
        return ByteBuffer.wrap(message);
    }
}
