package io.saltunnel.cli.status;

import java.util.Locale;

/**
 * What is doubtful about the surroundings of the process.
 *
 * @param kind what it is about
 * @param text one line for people, without secrets
 */
public record ProcessWarning(Kind kind, String text) {

    /** The kinds of warnings. Their names are labels of metrics: they stay, while the texts may change and have numbers. */
    public enum Kind {
        /** Other processes can attach to this one. */
        ATTACHABLE,
        /** Data may get into a file when the heap is full. */
        HEAP_DUMP,
        /** An agent or a debugger is loaded. */
        AGENT,
        /** A crash may leave the memory in a file, and other processes of the user may read it. */
        READABLE_MEMORY,
        /** Memory for keys and data isn't locked. */
        UNLOCKED_MEMORY;

        /**
         * The name by which metrics have it.
         *
         * @return in lower case
         */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
