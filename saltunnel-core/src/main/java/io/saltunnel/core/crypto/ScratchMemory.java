package io.saltunnel.core.crypto;

import io.saltunnel.core.secret.SecretBytes;
import io.saltunnel.core.secret.SecretMemory;
import org.jspecify.annotations.Nullable;

/**
 * Locked memory for the intermediate values of calculations that have no locked memory of their own. The process has
 * one, which is made at the first use and never closed. Each calculation closes its slot at its end, which wipes it.
 * Any thread.
 */
final class ScratchMemory {

    private static volatile @Nullable SecretMemory memory;

    private ScratchMemory() {}

    /**
     * Takes a slot of zeros.
     *
     * @return a slot that the caller closes on every path
     * @throws io.saltunnel.core.secret.MemoryLockException if it must be locked and can't be
     */
    static SecretBytes take(int bytes) {
        SecretMemory current = memory;
        return (current == null ? make() : current).allocate(bytes);
    }

    private static synchronized SecretMemory make() {
        SecretMemory current = memory;
        if (current == null) {
            current = SecretMemory.create();
            memory = current;
        }
        return current;
    }
}
