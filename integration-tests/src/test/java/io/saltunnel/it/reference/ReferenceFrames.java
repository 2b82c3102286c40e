package io.saltunnel.it.reference;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** The frames of the protocol, on byte arrays. A frame that doesn't open or isn't valid gives an empty result. */
public final class ReferenceFrames {

    /** The length of a frame. */
    public static final int FRAME = 512;

    /** The most data that a chunk carries. */
    public static final int MAX_DATA = 494;

    private static final byte[] VERSION = HexFormat.of().parseHex("060528849a6108c7");

    private ReferenceFrames() {}

    /** The fields of a clienthi. */
    public record ClientHi(byte[] publicKey, long timeSeconds, byte[] machineId, long machineCounter) {}

    /** The fields of a serverhi. */
    public record ServerHi(byte[] publicKey, byte[] proof) {}

    /** The keys of one session, and the shared secret from which they are derived. */
    public record Keys(byte[] client, byte[] server, byte[] shared) {

        /** X25519, and the first 64 bytes of Salsa20 under its result; empty if that is all zeros. */
        public static Optional<Keys> agree(byte[] secret, byte[] peerPublicKey) {
            return Box.sharedSecret(secret, peerPublicKey).map(shared -> {
                byte[] stream = Box.salsa20(shared, new byte[8], new byte[64]);
                return new Keys(Arrays.copyOf(stream, 32), Arrays.copyOfRange(stream, 32, 64), shared);
            });
        }

        /** The proof in serverhi. */
        public byte[] proof() {
            byte[] s = Bytes.join(client, server);
            byte[] proof = new byte[16];
            for (int i = 0; i < 16; i++) {
                proof[i] = (byte) (s[i] ^ s[48 + i]);
            }
            return proof;
        }
    }

    /** The public half of an ephemeral key. */
    public static byte[] publicKey(byte[] secret) {
        return Box.publicKey(secret);
    }

    /** C1. */
    public static byte[] sealClientHi(byte[] longTermKey, byte[] nonce, ClientHi hi) {
        return sealHello(longTermKey, nonce, clientHiText(hi));
    }

    /** The 472 bytes of a clienthi, for tests that change them. */
    public static byte[] clientHiText(ClientHi hi) {
        return Bytes.join(
                VERSION,
                hi.publicKey,
                Bytes.bigEndian(hi.timeSeconds),
                hi.machineId,
                Bytes.littleEndian(hi.machineCounter),
                new byte[400]);
    }

    /** S1, except the checks that need a clock, memory or an ephemeral secret. */
    public static Optional<ClientHi> openClientHi(byte[] longTermKey, byte[] frame) {
        return openHello(longTermKey, frame, 72)
                .map(text -> new ClientHi(
                        Arrays.copyOfRange(text, 8, 40),
                        Bytes.readBigEndian(text, 40),
                        Arrays.copyOfRange(text, 48, 64),
                        Bytes.readLittleEndian(text, 64)));
    }

    /** S2. */
    public static byte[] sealServerHi(byte[] longTermKey, byte[] nonce, ServerHi hi) {
        return sealHello(longTermKey, nonce, Bytes.join(VERSION, hi.publicKey, hi.proof, new byte[416]));
    }

    /** C2, except the proof. */
    public static Optional<ServerHi> openServerHi(byte[] longTermKey, byte[] frame) {
        return openHello(longTermKey, frame, 56)
                .map(text -> new ServerHi(Arrays.copyOfRange(text, 8, 40), Arrays.copyOfRange(text, 40, 56)));
    }

    /** C3. */
    public static byte[] sealMessageZero(byte[] clientKey) {
        return Box.seal(clientKey, new byte[24], new byte[496]);
    }

    /** S3. */
    public static boolean isMessageZero(byte[] clientKey, byte[] frame) {
        return Box.open(clientKey, new byte[24], frame)
                .filter(text -> Arrays.equals(text, new byte[496]))
                .isPresent();
    }

    /** C4 and S4: one chunk, of up to {@link #MAX_DATA} bytes. */
    public static byte[] sealChunk(byte[] key, long number, byte[] data) {
        byte[] text = new byte[496];
        text[0] = (byte) data.length;
        text[1] = (byte) (data.length >>> 8);
        System.arraycopy(data, 0, text, 2, data.length);
        return Box.seal(key, Bytes.littleEndian(number), text);
    }

    /** The data of a chunk. */
    public static Optional<byte[]> openChunk(byte[] key, long number, byte[] frame) {
        return Box.open(key, Bytes.littleEndian(number), frame).flatMap(text -> {
            int length = (text[0] & 0xff) | (text[1] & 0xff) << 8;
            return length > MAX_DATA ? Optional.empty() : Optional.of(Arrays.copyOfRange(text, 2, 2 + length));
        });
    }

    /** Seals the fields of a hello, valid or not. */
    public static byte[] sealHello(byte[] longTermKey, byte[] nonce, byte[] text) {
        return Bytes.join(nonce, Box.seal(longTermKey, nonce, text));
    }

    private static Optional<byte[]> openHello(byte[] longTermKey, byte[] frame, int zerosFrom) {
        byte[] nonce = Arrays.copyOf(frame, 24);
        return Box.open(longTermKey, nonce, Arrays.copyOfRange(frame, 24, FRAME))
                .filter(text -> Arrays.equals(Arrays.copyOf(text, 8), VERSION))
                .filter(text -> Arrays.equals(Arrays.copyOfRange(text, zerosFrom, 472), new byte[472 - zerosFrom]));
    }
}
