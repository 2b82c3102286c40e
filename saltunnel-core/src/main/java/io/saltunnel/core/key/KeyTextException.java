package io.saltunnel.core.key;

import java.io.IOException;

/**
 * A key's text that isn't one; the message is one line for the user, and tells places, never content. Thrown on the
 * calling thread.
 */
public final class KeyTextException extends IOException {

    private static final long serialVersionUID = 1;

    KeyTextException(String message) {
        super(message);
    }
}
