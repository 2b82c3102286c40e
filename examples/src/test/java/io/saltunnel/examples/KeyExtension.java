package io.saltunnel.examples;

import io.saltunnel.core.key.LongTermKey;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A key for a test. At the test's end no secret may be left of it. */
public final class KeyExtension implements AfterEachCallback {
    private final LongTermKey key = LongTermKey.random();

    public LongTermKey key() {
        return key;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        key.close();
    }
}
