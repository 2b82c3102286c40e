package io.saltunnel.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A command failed. */
final class CommandFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient List<String> lines;

    CommandFailure(String message, @Nullable Throwable cause) {
        this(List.of(message), cause);
    }

    /**
     * A failure for several reasons.
     *
     * @param lines what the user sees; at least one
     */
    CommandFailure(List<String> lines, @Nullable Throwable cause) {
        super(lines.get(0), cause);
        this.lines = List.copyOf(lines);
    }

    /** What the user sees. */
    List<String> lines() {
        return lines;
    }
}
