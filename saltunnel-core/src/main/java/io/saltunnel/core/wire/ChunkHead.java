package io.saltunnel.core.wire;

/**
 * The first two bytes of a chunk's plaintext, little-endian (steps C4 and S4 of {@code docs/PROTOCOL.md}):
 *
 * <table>
 * <caption>16 bits</caption>
 * <tr><th>bits</th><th>in version 1</th><th>in version 2</th></tr>
 * <tr><td>0 to 8</td><td>length of the data, 0 to 494</td><td>the same</td></tr>
 * <tr><td>9 to 13</td><td>zero</td><td>zero</td></tr>
 * <tr><td>14 ({@code 0x4000})</td><td>zero</td><td>{@link ChunkMark#REKEY}</td></tr>
 * <tr><td>15 ({@code 0x8000})</td><td>zero</td><td>{@link ChunkMark#END}</td></tr>
 * </table>
 *
 * <p>A chunk of version 2 without data and without END is padding. Stateless; any thread.
 */
public final class ChunkHead {

    private static final int LENGTH_BITS = 0x1ff;
    private static final int RESERVED_BITS = 0x3e00;

    private ChunkHead() {}

    /**
     * The length of the data.
     *
     * @param head any 16 bits
     * @return 0 to 511, of which a valid head has at most {@value Frame#MAX_DATA}
     */
    public static int length(int head) {
        return head & LENGTH_BITS;
    }

    /**
     * The mark of a head that has no {@linkplain #fault fault}.
     *
     * @param head 16 bits that {@link #fault} accepts for their version
     * @return END, REKEY or NONE; always NONE in version 1
     */
    public static ChunkMark mark(int head) {
        if ((head & ChunkMark.END.bit()) != 0) {
            return ChunkMark.END;
        }
        return (head & ChunkMark.REKEY.bit()) != 0 ? ChunkMark.REKEY : ChunkMark.NONE;
    }

    /**
     * Judges a head by one version's rules.
     *
     * @param head 0 to 65,535, from a chunk whose tag was verified
     * @param version the version of the connection
     * @return {@link Fault#NONE}, or the first fault in the order reserved bits, length, marks
     */
    public static Fault fault(int head, ProtocolVersion version) {
        return switch (version) {
            case V1 -> head > Frame.MAX_DATA ? Fault.LENGTH : Fault.NONE;
            case V2 -> faultWithMarks(head);
        };
    }

    private static Fault faultWithMarks(int head) {
        if ((head & RESERVED_BITS) != 0) {
            return Fault.RESERVED_BITS;
        }
        if (length(head) > Frame.MAX_DATA) {
            return Fault.LENGTH;
        }
        return (head & ChunkMark.REKEY.bit()) != 0 && (head & ChunkMark.END.bit()) != 0
                ? Fault.END_AND_REKEY
                : Fault.NONE;
    }

    /** What is wrong with a head. */
    public enum Fault {
        /** The head is valid. */
        NONE,
        /** One of bits 9 to 13 is set, in version 2. */
        RESERVED_BITS,
        /** More than {@value Frame#MAX_DATA} bytes of data; in version 1 any of bits 9 to 15 makes it so. */
        LENGTH,
        /** Both marks at once: END is the last chunk, and REKEY announces more. */
        END_AND_REKEY
    }
}
