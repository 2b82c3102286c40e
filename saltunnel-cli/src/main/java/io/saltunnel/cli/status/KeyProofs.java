package io.saltunnel.cli.status;

import io.saltunnel.core.key.KeyLabel;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How often each key of a tunnel was proved. Any thread. */
final class KeyProofs {

    /** So many keys that the tunnel doesn't have any more keep their counts. */
    static final int MOST_FORMER = 64;

    private final Map<KeyLabel, LongAdder> counts = new ConcurrentHashMap<>();

    void add(KeyLabel key) {
        LongAdder known = counts.get(key);
        (known != null ? known : counts.computeIfAbsent(key, first -> new LongAdder())).increment();
    }

    long of(KeyLabel key) {
        LongAdder known = counts.get(key);
        return known == null ? 0 : known.sum();
    }

    /** The tunnel has these keys from now on: forgets counts of others if there are too many. */
    void change(Collection<KeyLabel> inForce) {
        int former = (int)
                counts.keySet().stream().filter(key -> !inForce.contains(key)).count();
        Iterator<KeyLabel> keys = counts.keySet().iterator();
        while (former > MOST_FORMER && keys.hasNext()) {
            if (!inForce.contains(keys.next())) {
                keys.remove();
                former--;
            }
        }
    }
}
