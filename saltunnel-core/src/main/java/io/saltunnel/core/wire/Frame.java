package io.saltunnel.core.wire;

/**
 * The sizes on the wire, all in bytes: constants, for any thread. Everything a peer sends is a whole number of frames,
 * of {@link #SIZE} bytes each:
 *
 * <table>
 * <caption>What each message consists of</caption>
 * <tr><th>message</th><th>frames</th><th>layout</th></tr>
 * <tr><td>clienthi</td><td>1</td><td>nonce (24) || tag (16) || ciphertext of the hello (472)</td></tr>
 * <tr><td>serverhi, version 1</td><td>1</td><td>the same</td></tr>
 * <tr><td>serverhi, version 2</td><td>4</td><td>nonce (24) || tag (16) || ciphertext of the hello (2008)</td></tr>
 * <tr><td>message0, version 1</td><td>1</td><td>tag (16) || ciphertext of zeros (496)</td></tr>
 * <tr><td>message0, version 2</td><td>3</td><td>tag (16) || ciphertext of ML-KEM's ciphertext and zeros (1520)</td></tr>
 * <tr><td>chunk</td><td>1</td><td>tag (16) || ciphertext of head (2), data (at most 494) and padding (496 together)</td></tr>
 * </table>
 */
public final class Frame {

    /** A whole frame. */
    public static final int SIZE = 512;

    /** A Poly1305 tag, which stands before the ciphertext it authenticates. */
    public static final int TAG = 16;

    /** The random nonce that opens a hello. */
    public static final int NONCE24 = 24;

    /** The plaintext of clienthi, and of version 1's serverhi. */
    public static final int HELLO_PLAINTEXT = SIZE - NONCE24 - TAG;

    /** The plaintext of version 1's message0. */
    public static final int MESSAGE0_PLAINTEXT = SIZE - TAG;

    /** The plaintext of a chunk: its head, its data and its padding. */
    public static final int CHUNK_PLAINTEXT = SIZE - TAG;

    /** The most data a chunk carries. */
    public static final int MAX_DATA = CHUNK_PLAINTEXT - Short.BYTES;

    private Frame() {}
}
