package io.saltunnel.core.secret;

/**
 * Memory for secrets can't be locked although it {@linkplain ProcessProtection#requireLockedMemory() must be}, because
 * of the configuration or the system. The message is one line for the user, as {@link MemoryLockStatus#advice} gives
 * it. Thrown on the thread that asks for memory.
 */
public final class MemoryLockException extends RuntimeException {

    private static final long serialVersionUID = 1;

    MemoryLockException(String message) {
        super(message);
    }
}
