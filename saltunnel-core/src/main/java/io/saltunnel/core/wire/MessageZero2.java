package io.saltunnel.core.wire;

import io.saltunnel.core.secret.ConstantTime;
import io.saltunnel.core.secret.Wiping;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * message0 of version 2, the client's second message (step C3 of {@code docs/PROTOCOL.md}), {@value #FRAMES} frames. It
 * opens only under a key that depends on both hellos and the X25519 secret, which proves that the client takes part
 * now.
 *
 * <table>
 * <caption>{@value #PLAINTEXT} bytes of plaintext</caption>
 * <tr><th>offset</th><th>size</th><th>field</th></tr>
 * <tr><td>0</td><td>1088</td><td>ML-KEM-768 ciphertext for the server's encapsulation key</td></tr>
 * <tr><td>1088</td><td>432</td><td>zeros</td></tr>
 * </table>
 *
 * <p>Its nonce isn't sent. It is zero, which is safe: the key seals this one message.
 *
 * <p>Any thread: nothing is kept between calls.
 */
public final class MessageZero2 {

    /** Frames of the message: {@value}. */
    public static final int FRAMES = 3;

    /** Bytes of the message on the wire: {@value}. */
    public static final int SIZE = FRAMES * Frame.SIZE;

    /** Bytes of its plaintext: {@value}. */
    public static final int PLAINTEXT = SIZE - Frame.TAG;

    /** The nonce under which it is sealed: {@value}. */
    public static final long NONCE = 0;

    /** Where the ciphertext begins in the plaintext: {@value}. */
    public static final int CIPHERTEXT = 0;

    /** Bytes of the ciphertext: {@value}. */
    public static final int CIPHERTEXT_SIZE = 1088;

    private static final int PADDING_OFFSET = CIPHERTEXT + CIPHERTEXT_SIZE;

    private MessageZero2() {}

    /**
     * Writes the zeros, which with the ciphertext before them make {@value #PLAINTEXT} bytes. The caller writes the
     * ciphertext, before or after this call. Position and limit don't move.
     *
     * @param target a writable buffer, of either byte order
     * @param offset absolute index of the first byte
     * @throws IndexOutOfBoundsException if there are fewer bytes before the limit
     */
    public static void encode(ByteBuffer target, int offset) {
        Objects.checkFromIndexSize(offset, PLAINTEXT, target.limit());
        Wiping.wipe(target, offset + PADDING_OFFSET, PLAINTEXT - PADDING_OFFSET);
    }

    /**
     * Checks the zeros of an opened message0, in constant time. Position and limit don't move.
     *
     * @param plaintext a buffer of either byte order
     * @param offset absolute index of the first of {@value #PLAINTEXT} bytes
     * @return true if all of them are zero
     * @throws IndexOutOfBoundsException if there are fewer bytes before the limit
     */
    public static boolean isValid(ByteBuffer plaintext, int offset) {
        Objects.checkFromIndexSize(offset, PLAINTEXT, plaintext.limit());
        return ConstantTime.isZero(plaintext, offset + PADDING_OFFSET, PLAINTEXT - PADDING_OFFSET);
    }
}
