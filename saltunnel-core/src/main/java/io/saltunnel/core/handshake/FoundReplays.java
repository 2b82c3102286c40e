package io.saltunnel.core.handshake;

/**
 * What a file of replays held when it was opened. Its text says so, as the end of a sentence about the file. Any
 * thread.
 */
public enum FoundReplays {
    /** Nothing: it is new, or the process that had it before did not end in order. */
    NOTHING("is empty"),
    /** The windows of the process before, which go on. */
    WINDOWS("knows the hellos of the process before"),
    /** It was not written whole, or by another version of this program. */
    DAMAGED("is damaged, or of another version"),
    /** It was written before the machine was started. */
    OTHER_BOOT("was written before the machine was started"),
    /** The time since it was written differs between the machine's clocks. */
    OTHER_CLOCK("was written before the machine's clock was set, or before it was suspended or started"),
    /** It was written more than five minutes ago. */
    OLD("was written more than five minutes ago");

    private final String words;

    FoundReplays(String words) {
        this.words = words;
    }

    @Override
    public String toString() {
        return words;
    }
}
