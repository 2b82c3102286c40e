package io.saltunnel.core.key;

import java.util.Objects;

/**
 * A key, and the name that its owner gave it. Owns nothing; the key's owner closes it. Any thread.
 *
 * @param name up to 64 letters, digits, dots, dashes and underscores; empty without a name
 * @param key the key; borrowed
 */
public record NamedKey(String name, LongTermKey key) {

    /**
     * Checks the name. The key's owner still closes the key.
     *
     * @throws IllegalArgumentException if the name is longer, or has other characters
     */
    public NamedKey {
        KeyLabel.checkedName(name);
        Objects.requireNonNull(key, "key");
    }

    /**
     * What may be told of this key.
     *
     * @return its name and fingerprint
     */
    public KeyLabel label() {
        return new KeyLabel(name, key.fingerprint());
    }
}
