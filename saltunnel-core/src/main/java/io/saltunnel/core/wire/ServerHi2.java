package io.saltunnel.core.wire;

import java.nio.ByteBuffer;

/**
 * The plaintext of serverhi in version 2, the server's answer to clienthi (step S2 of {@code docs/PROTOCOL.md}). It is
 * one box of {@value #FRAMES} frames. Its keys are written and read in place, because they are large.
 *
 * <table>
 * <caption>{@value #PLAINTEXT} bytes</caption>
 * <tr><th>offset</th><th>size</th><th>field</th></tr>
 * <tr><td>0</td><td>8</td><td>version: {@code 78 1b 43 aa 8a 43 be ca}</td></tr>
 * <tr><td>8</td><td>32</td><td>the server's ephemeral X25519 public key</td></tr>
 * <tr><td>40</td><td>1184</td><td>the server's ephemeral ML-KEM-768 encapsulation key</td></tr>
 * <tr><td>1224</td><td>784</td><td>zeros</td></tr>
 * </table>
 *
 * <p>Any thread: nothing is kept between calls.
 */
public final class ServerHi2 {

    /** Frames of the message: {@value}. */
    public static final int FRAMES = 4;

    /** Bytes of the message on the wire: {@value}. */
    public static final int SIZE = FRAMES * Frame.SIZE;

    /** Bytes of its plaintext: {@value}. */
    public static final int PLAINTEXT = SIZE - Frame.NONCE24 - Frame.TAG;

    /** Where the X25519 public key begins in the plaintext: {@value}. */
    public static final int PUBLIC_KEY = HelloLayout.PUBLIC_KEY_OFFSET;

    /** Where the ML-KEM-768 encapsulation key begins in the plaintext: {@value}. */
    public static final int ENCAPSULATION_KEY = PUBLIC_KEY + HelloLayout.PUBLIC_KEY_SIZE;

    /** Bytes of the encapsulation key: {@value}. */
    public static final int ENCAPSULATION_KEY_SIZE = 1184;

    private static final int PADDING_OFFSET = ENCAPSULATION_KEY + ENCAPSULATION_KEY_SIZE;

    private ServerHi2() {}

    /**
     * Writes the version and the zeros, which with the two keys make {@value #PLAINTEXT} bytes. The caller writes the
     * keys, before or after this call. Position and limit don't move.
     *
     * @param target a writable buffer, of either byte order
     * @param offset absolute index of the first byte
     * @throws IndexOutOfBoundsException if there are fewer bytes before the limit
     */
    public static void encode(ByteBuffer target, int offset) {
        HelloLayout.frame(target, offset, PLAINTEXT, ProtocolVersion.V2, PADDING_OFFSET);
    }

    /**
     * Checks a hello whose tag is verified: the version, then the zeros, each compared in constant time. The keys are
     * checked where they are used. Position and limit don't move.
     *
     * @param plaintext a buffer of either byte order
     * @param offset absolute index of the first of {@value #PLAINTEXT} bytes
     * @throws MalformedHelloException if the version is another or the padding isn't zero
     * @throws IndexOutOfBoundsException if there are fewer bytes before the limit
     */
    public static void check(ByteBuffer plaintext, int offset) throws MalformedHelloException {
        HelloLayout.check(plaintext, offset, PLAINTEXT, ProtocolVersion.V2, PADDING_OFFSET);
    }
}
