package io.saltunnel.core.wire;

/** What a chunk of version 2 says about its direction, besides carrying data. A chunk has one mark at most. */
public enum ChunkMark {
    /** Nothing: the next chunk is sealed under the same key. */
    NONE(0),
    /** The next chunk of this direction is sealed under a new key. */
    REKEY(0x4000),
    /** This is the last chunk of its direction. */
    END(0x8000);

    private final int bit;

    ChunkMark(int bit) {
        this.bit = bit;
    }

    /**
     * The mark in a {@linkplain ChunkHead head}.
     *
     * @return the bit that is set; 0 for {@link #NONE}
     */
    public int bit() {
        return bit;
    }
}
