package io.saltunnel.examples.snippets;

import io.saltunnel.core.key.KeyFile;
import io.saltunnel.core.key.KeyFileException;
import io.saltunnel.core.key.LongTermKey;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Keys, from where they come to where they end. */
final class Keys {
    private Keys() {}

    static void load(Path keyFile, Consumer<LongTermKey> program) throws KeyFileException {
        // @start region="load"
        try (LongTermKey key = LongTermKey.load(keyFile)) {
            program.accept(key); // lends it to servers and clients, and returns when they have ended
        } // here it is wiped, and all that was derived from it
        // @end
    }

    static void create(Path keyFile) throws KeyFileException {
        // @start region="create"
        try (LongTermKey key = LongTermKey.random()) {
            KeyFile.create(keyFile, key); // for the owner's eyes only; never over a file that is there
        }
        // @end
    }
}
