package io.saltunnel.core.secret;

/** Memory for secrets that can't be locked, where it has to be; the message is one line for the user, as {@link MemoryLockStatus#advice} gives it. */
public final class MemoryLockException extends RuntimeException {

    private static final long serialVersionUID = 1;

    MemoryLockException(String message) {
        super(message);
    }
}
