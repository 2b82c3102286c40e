package io.saltunnel.core.secret;

/**
 * Memory for secrets that can't be locked, where it {@linkplain ProcessProtection#requireLockedMemory() has to be}. It
 * is the configuration's fault, or the system's; the message is one line for the user, as
 * {@link MemoryLockStatus#advice} gives it. Thrown on the thread that asks for memory.
 */
public final class MemoryLockException extends RuntimeException {

    private static final long serialVersionUID = 1;

    MemoryLockException(String message) {
        super(message);
    }
}
