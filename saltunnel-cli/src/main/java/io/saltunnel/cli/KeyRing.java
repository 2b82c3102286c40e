package io.saltunnel.cli;

import io.saltunnel.core.key.KeyFile;
import io.saltunnel.core.key.KeyFileException;
import io.saltunnel.core.key.LongTermKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The keys of the process. Each key is held once, however many files and tunnels have it. A key is closed when its last
 * loan is closed. Any thread.
 */
final class KeyRing implements AutoCloseable {

    /** The keys by their checksums. Guarded by this. */
    private final Map<String, Entry> keys = new HashMap<>();

    private static final class Entry {
        private final LongTermKey key;
        private int loans;

        private Entry(LongTermKey key) {
            this.key = key;
        }
    }

    /** A key on loan. Its holder closes it; closing it again does nothing. */
    final class Loan implements AutoCloseable {
        private final Entry entry;
        private final AtomicBoolean returned = new AtomicBoolean();

        private Loan(Entry entry) {
            this.entry = entry;
            entry.loans++;
        }

        LongTermKey key() {
            return entry.key;
        }

        /**
         * Lends the same key once more.
         *
         * @throws IllegalStateException if the key was closed, because its last loan was returned
         */
        Loan again() {
            synchronized (KeyRing.this) {
                if (entry.loans == 0) {
                    throw new IllegalStateException("key " + entry.key.fingerprint() + " is closed");
                }
                return new Loan(entry);
            }
        }

        @Override
        public void close() {
            if (returned.compareAndSet(false, true)) {
                giveBack(entry);
            }
        }
    }

    /**
     * Reads a key file.
     *
     * @param warnings receives a warning about the file, if there is one
     * @throws KeyFileException if it can't be used
     */
    Loan load(Path file, Consumer<String> warnings) throws KeyFileException {
        KeyFile.Loaded loaded = KeyFile.load(file);
        loaded.warning().ifPresent(warnings);
        synchronized (this) {
            Entry known = keys.get(loaded.key().checksum());
            if (known != null) {
                loaded.key().close();
                return new Loan(known);
            }
            Entry entry = new Entry(loaded.key());
            keys.put(loaded.key().checksum(), entry);
            return new Loan(entry);
        }
    }

    private void giveBack(Entry entry) {
        synchronized (this) {
            entry.loans--;
            if (entry.loans > 0) {
                return;
            }
            keys.remove(entry.key.checksum(), entry);
        }
        entry.key.close();
    }

    /** Closes all keys. */
    @Override
    public void close() {
        List<Entry> left;
        synchronized (this) {
            left = new ArrayList<>(keys.values());
            keys.clear();
        }
        left.forEach(entry -> entry.key.close());
    }
}
