package io.saltunnel.cli;

import io.saltunnel.core.key.KeySet;
import io.saltunnel.core.key.LongTermKey;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The keys of one tunnel.
 *
 * @param loans a loan of each key; closed with this
 * @param set the keys, with the names of their files
 */
record TunnelKeys(List<KeyRing.Loan> loans, KeySet set) implements AutoCloseable {

    /** Whether both have the same keys under the same names, in the same order. */
    boolean areSameAs(TunnelKeys other) {
        return set.labels().equals(other.set.labels()) && keys().equals(other.keys());
    }

    private List<LongTermKey> keys() {
        return loans.stream().map(KeyRing.Loan::key).toList();
    }

    /**
     * The same keys, with their own loans. Call this before this one is closed.
     *
     * @throws IllegalStateException if a key was closed, because its last loan was returned
     */
    TunnelKeys again() {
        List<KeyRing.Loan> lent = new ArrayList<>();
        try {
            loans.forEach(loan -> lent.add(loan.again()));
            return new TunnelKeys(List.copyOf(lent), set);
        } catch (IllegalStateException e) {
            lent.forEach(KeyRing.Loan::close);
            throw e;
        }
    }

    /** Describes the keys for a log line. */
    String described() {
        return (set.size() == 1 ? "key " : "keys ") + named();
    }

    /** The fingerprint of the only key, or the names and fingerprints of several. */
    String named() {
        return set.size() == 1
                ? set.label(0).fingerprint()
                : set.labels().stream().map(Object::toString).collect(Collectors.joining(", "));
    }

    /** Returns the keys. Closing it again does nothing. */
    @Override
    public void close() {
        loans.forEach(KeyRing.Loan::close);
    }
}
