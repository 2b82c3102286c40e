package io.saltunnel.core.wire;

import io.saltunnel.core.secret.ConstantTime;
import io.saltunnel.core.secret.Wiping;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * message0 of version 1, the client's second frame (step C3 of {@code docs/PROTOCOL.md}). It carries no data. Because
 * it opens under the client's session key, it proves that the client takes part now and didn't only replay a clienthi.
 *
 * <table>
 * <caption>{@value Frame#MESSAGE0_PLAINTEXT} bytes of plaintext</caption>
 * <tr><th>offset</th><th>size</th><th>field</th></tr>
 * <tr><td>0</td><td>496</td><td>zeros</td></tr>
 * </table>
 *
 * <p>Its nonce isn't sent. It is all zeros, which is safe: a session's keys are new, and message0 is the only box with
 * a 24-byte nonce under the client key. Such a box is sealed under a key that HSalsa20 derives, which seals no chunk.
 *
 * <p>Any thread: nothing is kept between calls.
 */
public final class MessageZero {

    private static final ByteBuffer NONCE =
            ByteBuffer.allocateDirect(Frame.NONCE24).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);

    private MessageZero() {}

    /**
     * The nonce for sealing message0.
     *
     * @return always the same 24 zeros, read-only and little-endian. Callers read it by absolute index, because all of
     *     them share its position and limit
     */
    public static ByteBuffer nonce() {
        return NONCE;
    }

    /**
     * Writes all {@value Frame#MESSAGE0_PLAINTEXT} bytes. Position and limit don't move.
     *
     * @param target a writable buffer, of either byte order
     * @param offset absolute index of the first byte
     * @throws IndexOutOfBoundsException if there are fewer bytes before the limit
     */
    public static void encode(ByteBuffer target, int offset) {
        Wiping.wipe(target, offset, Frame.MESSAGE0_PLAINTEXT);
    }

    /**
     * Checks in constant time that an opened message0 holds only zeros. Position and limit don't move.
     *
     * @param plaintext a buffer of either byte order
     * @param offset absolute index of the first of {@value Frame#MESSAGE0_PLAINTEXT} bytes
     * @return true if all of them are zero
     * @throws IndexOutOfBoundsException if there are fewer bytes before the limit
     */
    public static boolean isValid(ByteBuffer plaintext, int offset) {
        return ConstantTime.isZero(plaintext, offset, Frame.MESSAGE0_PLAINTEXT);
    }
}
