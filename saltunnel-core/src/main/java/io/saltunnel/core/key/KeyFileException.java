package io.saltunnel.core.key;

import java.io.IOException;
import java.nio.file.FileSystemException;

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

    /** The system's words, without the name of the file. */
    static String reason(IOException e) {
        String words = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
        return words == null ? "the system doesn't say why" : words;
    }
}
