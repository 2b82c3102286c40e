package io.saltunnel.cli;

import org.jspecify.annotations.Nullable;

/** A command that can't do what it was asked for; the message is the line that the user gets. */
final class CommandFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    CommandFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
