package io.saltunnel.core.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The plaintext of serverhi in version 1, the server's answer to clienthi (step S2 of {@code docs/PROTOCOL.md}):
 *
 * <table>
 * <caption>{@value Frame#HELLO_PLAINTEXT} bytes</caption>
 * <tr><th>offset</th><th>size</th><th>field</th></tr>
 * <tr><td>0</td><td>8</td><td>version: {@code 06 05 28 84 9a 61 08 c7}</td></tr>
 * <tr><td>8</td><td>32</td><td>the server's ephemeral X25519 public key</td></tr>
 * <tr><td>40</td><td>16</td><td>proof: {@code proof[i] = S[i] XOR S[48+i]}, {@code S} the session keys</td></tr>
 * <tr><td>56</td><td>416</td><td>zeros</td></tr>
 * </table>
 *
 * <p>Immutable and usable by any thread: arrays are copied on the way in and out. The proof is derived from the session
 * keys. A holder of the long-term key can read it off the wire, so it is no more secret than its frame; still, it isn't
 * printed.
 *
 * @param ephemeralPublicKey the server's ephemeral public key, 32 bytes
 * @param proof 16 bytes that only a holder of these session keys can know
 */
@SuppressWarnings("ArrayRecordComponent") // copied on the way in and out, and compared by content
public record ServerHi(byte[] ephemeralPublicKey, byte[] proof) {

    /** The length of the proof in bytes. */
    public static final int PROOF_SIZE = 16;

    private static final int PROOF_OFFSET = 40;
    private static final int PADDING_OFFSET = 56;

    /**
     * Makes a hello from copies of the arrays.
     *
     * @throws IllegalArgumentException if an array isn't of the length given above
     */
    public ServerHi {
        ephemeralPublicKey =
                HelloLayout.copyOfSize(ephemeralPublicKey, HelloLayout.PUBLIC_KEY_SIZE, "ephemeral public key");
        proof = HelloLayout.copyOfSize(proof, PROOF_SIZE, "proof");
    }

    /**
     * Writes all {@value Frame#HELLO_PLAINTEXT} bytes. Position and limit don't move.
     *
     * @param target a writable buffer, of either byte order
     * @param offset absolute index of the first byte
     * @throws IndexOutOfBoundsException if there are fewer bytes before the limit
     */
    public void encode(ByteBuffer target, int offset) {
        HelloLayout.frame(target, offset, Frame.HELLO_PLAINTEXT, ProtocolVersion.V1, PADDING_OFFSET);
        target.put(offset + HelloLayout.PUBLIC_KEY_OFFSET, ephemeralPublicKey);
        target.put(offset + PROOF_OFFSET, proof);
    }

    /**
     * Reads a hello whose tag is verified: the version first, then the zeros, each compared in constant time, then the
     * fields. The proof isn't checked here, because that takes the session keys. Position and limit don't move.
     *
     * @param plaintext a buffer of either byte order
     * @param offset absolute index of the first of {@value Frame#HELLO_PLAINTEXT} bytes
     * @return the hello, which shares nothing with the buffer
     * @throws MalformedHelloException if the version is another or the padding isn't zero
     * @throws IndexOutOfBoundsException if there are fewer bytes before the limit
     */
    public static ServerHi decode(ByteBuffer plaintext, int offset) throws MalformedHelloException {
        HelloLayout.check(plaintext, offset, Frame.HELLO_PLAINTEXT, ProtocolVersion.V1, PADDING_OFFSET);
        return new ServerHi(
                HelloLayout.read(plaintext, offset + HelloLayout.PUBLIC_KEY_OFFSET, HelloLayout.PUBLIC_KEY_SIZE),
                HelloLayout.read(plaintext, offset + PROOF_OFFSET, PROOF_SIZE));
    }

    /** {@return a copy of the server's ephemeral public key, 32 bytes} */
    @Override
    public byte[] ephemeralPublicKey() {
        return ephemeralPublicKey.clone();
    }

    /** {@return a copy of the proof, 16 bytes} */
    @Override
    public byte[] proof() {
        return proof.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ServerHi that
                && Arrays.equals(ephemeralPublicKey, that.ephemeralPublicKey)
                && Arrays.equals(proof, that.proof);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ephemeralPublicKey);
    }

    @Override
    public String toString() {
        return "ServerHi[]";
    }
}
