package io.saltunnel.netty.internal.link;

import io.saltunnel.core.key.KeyLabel;
import io.saltunnel.netty.metrics.KeyStats;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts how often each key of a tunnel was proved. Keeps an entry for each key that was ever proved. Any thread. */
final class KeyCounters {
    private static final Counts NONE = new Counts();

    private final Map<KeyLabel, Counts> keys = new ConcurrentHashMap<>();

    private static final class Counts {
        private final LongAdder proved = new LongAdder();
        private final LongAdder ended = new LongAdder();

        private KeyStats read(KeyLabel key) {
            long over = ended.sum();
            long all = proved.sum();
            return new KeyStats(key, all, Math.max(0, all - over));
        }
    }

    void proved(KeyLabel key) {
        of(key).proved.increment();
    }

    /** A connection that proved it has ended. */
    void ended(KeyLabel key) {
        of(key).ended.increment();
    }

    private Counts of(KeyLabel key) {
        Counts known = keys.get(key);
        return known != null ? known : keys.computeIfAbsent(key, first -> new Counts());
    }

    /** Returns the counts of the keys in force, in their order, then those of other keys that were proved. */
    List<KeyStats> read(List<KeyLabel> inForce) {
        Set<KeyLabel> all = new LinkedHashSet<>(inForce);
        keys.keySet().stream().sorted(Comparator.comparing(KeyLabel::toString)).forEach(all::add);
        return all.stream().map(key -> keys.getOrDefault(key, NONE).read(key)).toList();
    }
}
