package io.saltunnel.cli;

import io.saltunnel.core.secret.LockedRegion;
import io.saltunnel.core.secret.MemoryLockStatus;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns if memory for keys and data can't be locked, at the start or when further connections exceed the limit. If
 * unlocked memory is used instead, it warns once. If memory must be locked, it warns whenever connections were refused
 * for lack of it.
 */
final class LockWatch {

    private static final Logger LOG = LoggerFactory.getLogger(LockWatch.class);

    /** The memory that the first connections need, tried at the start. */
    private static final int PROBE_BYTES = 2 << 20;

    private static final long PERIOD_SECONDS = 5;

    private boolean warned;
    private long refusalsTold;

    /**
     * Checks for the first time.
     *
     * @throws io.saltunnel.core.secret.MemoryLockException if locking is required and not possible
     */
    void begin() {
        try (LockedRegion probe = LockedRegion.map(PROBE_BYTES)) {
            LOG.trace("{}", probe);
            look();
        }
    }

    /** Checks regularly until the given future completes. */
    void watchUntil(CompletableFuture<Void> end) {
        while (true) {
            try {
                end.get(PERIOD_SECONDS, TimeUnit.SECONDS);
                return;
            } catch (TimeoutException e) {
                look();
            } catch (ExecutionException e) {
                throw new CompletionException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void look() {
        long refusals = MemoryLockStatus.refusals();
        if (refusals > refusalsTold) {
            LOG.warn(
                    "{} times a connection was refused or cut off, since keys and plaintext have to be locked in memory"
                            + " (--require-mlock): {}, or allow fewer connections with -m",
                    refusals - refusalsTold,
                    MemoryLockStatus.ofProcess().adviceOnRefusals());
            refusalsTold = refusals;
        }
        if (!warned) {
            MemoryLockStatus.ofProcess().advice().ifPresent(advice -> {
                warned = true;
                LOG.warn(advice);
            });
        }
    }
}
