package io.saltunnel.cli;

import org.jspecify.annotations.Nullable;

/** A command failed. The message is the line that the user sees. */
final class CommandFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    CommandFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
