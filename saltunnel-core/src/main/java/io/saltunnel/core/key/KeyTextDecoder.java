package io.saltunnel.core.key;

/** Reads one form of text, of which it is given all characters that aren't separators. */
interface KeyTextDecoder {

    /** Takes the next character; does nothing after a {@link #fault}. */
    void take(int character, long position);

    boolean isComplete();

    /** Why the text is none of this form; empty if it may be. */
    String fault();

    /** How far it has come, for somebody who types. */
    String missing();

    /** What is wrong if the text ends here. */
    String tooShort();
}
