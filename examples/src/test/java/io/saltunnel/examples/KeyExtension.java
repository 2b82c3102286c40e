package io.saltunnel.examples;

import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A key for a test. At the test's end no secret may be left of it. */
public final class KeyExtension implements AfterEachCallback {
    private final SecretMemory memory = SecretMemory.create();
    private final LongTermKey key = LongTermKey.random(RandomSource.system(), memory);

    public LongTermKey key() {
        return key;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        key.close();
        memory.close();
    }
}
