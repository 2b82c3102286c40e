package io.saltunnel.core.key;

import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Says which key is meant, and holds nothing secret. Immutable: any thread may use it.
 *
 * @param name the name that its owner gave it: up to 64 letters, digits, dots, dashes and underscores; empty without one
 * @param fingerprint the beginning of the key's SHA-256, {@link LongTermKey#fingerprint()}
 */
public record KeyLabel(String name, String fingerprint) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{0,64}");

    /**
     * Checks the name, which goes into log lines.
     *
     * @throws IllegalArgumentException if the name is longer, or has other characters
     */
    public KeyLabel {
        checkedName(name);
        Objects.requireNonNull(fingerprint, "fingerprint");
    }

    static String checkedName(String name) {
        if (!NAME.matcher(Objects.requireNonNull(name, "name")).matches()) {
            throw new IllegalArgumentException(
                    "the name of a key has up to 64 letters, digits, dots, dashes and underscores");
        }
        return name;
    }

    /** Compares both components. Unlike a record's own method, this one never allocates: each connection is counted. */
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || other instanceof KeyLabel label && name.equals(label.name) && fingerprint.equals(label.fingerprint);
    }

    /** {@return a hash of both components} */
    @Override
    public int hashCode() {
        return 31 * name.hashCode() + fingerprint.hashCode();
    }

    /** {@return the name, if there is one, and the fingerprint} */
    @Override
    public String toString() {
        return name.isEmpty() ? fingerprint : name + " " + fingerprint;
    }
}
