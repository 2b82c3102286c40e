package io.saltunnel.core.wire;

/**
 * The sizes on the wire, all in bytes: constants, for any thread. Everything a peer sends is a whole number of frames,
 * of {@link #SIZE} bytes each:
 *
 * <table>
 * <caption>What a frame consists of</caption>
 * <tr><th>frame</th><th>layout</th></tr>
 * <tr><td>clienthi, serverhi</td><td>nonce (24) || tag (16) || ciphertext of the hello (472)</td></tr>
 * <tr><td>message0</td><td>tag (16) || ciphertext of zeros (496)</td></tr>
 * <tr><td>chunk</td><td>tag (16) || ciphertext of length (2), data (at most 494) and padding (496 together)</td></tr>
 * </table>
 */
public final class Frame {

    /** A whole frame. */
    public static final int SIZE = 512;

    /** A Poly1305 tag, which stands before the ciphertext it authenticates. */
    public static final int TAG = 16;

    /** The random nonce that opens a hello. */
    public static final int NONCE24 = 24;

    /** The plaintext of clienthi and of serverhi. */
    public static final int HELLO_PLAINTEXT = SIZE - NONCE24 - TAG;

    /** The plaintext of message0. */
    public static final int MESSAGE0_PLAINTEXT = SIZE - TAG;

    /** The plaintext of a chunk: its length field, its data and its padding. */
    public static final int CHUNK_PLAINTEXT = SIZE - TAG;

    /** The most data a chunk carries. */
    public static final int MAX_DATA = CHUNK_PLAINTEXT - Short.BYTES;

    private Frame() {}
}
