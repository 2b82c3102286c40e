package io.saltunnel.core.wire;

/**
 * A version of the protocol, and the sizes of its messages. Both versions begin with a clienthi of one frame, whose
 * first field names the version. Constants, for any thread.
 *
 * <table>
 * <caption>Frames of each message</caption>
 * <tr><th>version</th><th>first field of a hello</th><th>clienthi</th><th>serverhi</th><th>message0</th></tr>
 * <tr><td>1</td><td>{@code 06 05 28 84 9a 61 08 c7}</td><td>1</td><td>1</td><td>1</td></tr>
 * <tr><td>2</td><td>{@code 78 1b 43 aa 8a 43 be ca}</td><td>1</td><td>4</td><td>3</td></tr>
 * </table>
 */
public enum ProtocolVersion {
    /** X25519 alone. TCP's FIN ends a stream. */
    V1(1, 0xc708_619a_8428_0506L, 1, 1, Names.ABSENT),
    /** X25519 and ML-KEM-768, names, an authenticated end, changes of keys. */
    V2(2, 0xcabe_438a_aa43_1b78L, 4, 3, Names.CARRIED);

    private enum Names {
        ABSENT,
        CARRIED
    }

    private final int number;
    private final long field;
    private final int serverHiFrames;
    private final int messageZeroFrames;
    private final Names names;

    ProtocolVersion(int number, long field, int serverHiFrames, int messageZeroFrames, Names names) {
        this.number = number;
        this.field = field;
        this.serverHiFrames = serverHiFrames;
        this.messageZeroFrames = messageZeroFrames;
        this.names = names;
    }

    /**
     * The version's number, as people write it.
     *
     * @return 1 or 2
     */
    public int number() {
        return number;
    }

    /**
     * How many frames serverhi has, the server's answer.
     *
     * @return frames of {@value Frame#SIZE} bytes, 1 or more
     */
    public int serverHiFrames() {
        return serverHiFrames;
    }

    /**
     * How many frames message0 has, the client's second message.
     *
     * @return frames of {@value Frame#SIZE} bytes, 1 or more
     */
    public int messageZeroFrames() {
        return messageZeroFrames;
    }

    /**
     * Whether a clienthi of this version carries the tunnel's name.
     *
     * @return false if the field of the name belongs to the zeros
     */
    public boolean carriesName() {
        return names == Names.CARRIED;
    }

    /**
     * Whether a sender may put chunks without data between those with data, so that it can hide when it has something
     * to say.
     *
     * @return false if the version has no padding
     */
    public boolean hasPadding() {
        return switch (this) {
            case V1 -> false;
            case V2 -> true;
        };
    }

    /** The field that names this version: eight bytes, little-endian. */
    long field() {
        return field;
    }

    @Override
    public String toString() {
        return "version " + number;
    }
}
