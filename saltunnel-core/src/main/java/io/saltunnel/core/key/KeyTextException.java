package io.saltunnel.core.key;

import java.io.IOException;

/**
 * A text isn't a key. The message is one line for the user; it gives positions, never content. Thrown on the calling
 * thread.
 */
public final class KeyTextException extends IOException {

    private static final long serialVersionUID = 1;

    KeyTextException(String message) {
        super(message);
    }
}
