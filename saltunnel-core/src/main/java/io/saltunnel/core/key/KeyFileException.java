package io.saltunnel.core.key;

import java.io.IOException;

/**
 * A key file can't be read or created, because of the configuration or the disk. The message is one line for the user.
 * Thrown on the calling thread.
 */
public final class KeyFileException extends IOException {

    private static final long serialVersionUID = 1;

    KeyFileException(String message) {
        super(message);
    }

    KeyFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
