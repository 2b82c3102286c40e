package io.saltunnel.core.handshake;

import io.saltunnel.core.key.LongTermKey;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * The replay windows of all keys. A new server, even one made for each connection, must know the hellos that earlier ones
 * admitted. Any thread.
 *
 * @param <W> the type of the windows, which itself uses this class
 */
final class KeyWindows<W> {

    /** The windows of reachable keys; keys with the same bytes have the same window. Guarded by this. */
    private final Map<LongTermKey, W> windows = new WeakHashMap<>();

    /** All windows, including those of keys that are gone. Guarded by this. */
    private final FormerWindows<W> all;

    /** Windows that were added and whose keys weren't requested since. Guarded by this. */
    private final Set<W> awaited = Collections.newSetFromMap(new IdentityHashMap<>());

    private final ToIntFunction<W> capacity;

    /**
     * No windows yet.
     *
     * @param size how many nonces a window remembers
     * @param capacity how many it can remember
     * @param shrink makes a window forget until it remembers at most a number of nonces
     */
    KeyWindows(ToIntFunction<W> size, ToIntFunction<W> capacity, ObjIntConsumer<W> shrink) {
        this.all = new FormerWindows<>(size, shrink);
        this.capacity = capacity;
    }

    /** Returns the window of a key, and makes it if there is none. */
    synchronized W window(LongTermKey key, Supplier<W> first) {
        W known = windows.get(key);
        if (known == null) {
            known = all.request(key.checksum(), first);
            windows.put(key, known);
            awaited.remove(known);
            all.bound(inUse(), capacity.applyAsInt(known) / 2);
        }
        return known;
    }

    /** The servers of the keys of windows that were added may start later, one after another. */
    private Set<W> inUse() {
        Set<W> used = Collections.newSetFromMap(new IdentityHashMap<>());
        used.addAll(windows.values());
        used.addAll(awaited);
        return used;
    }

    /**
     * Adds windows for the keys with these checksums. A key that has a window keeps it. The windows that are added
     * forget nothing for the sake of others until their keys are requested.
     *
     * @param more by the checksums of the keys, the least recently requested first. Those before the last
     *     {@link FormerWindows#MOST} are left out
     */
    synchronized void add(Map<String, W> more) {
        more.entrySet().stream()
                .skip(Math.max(0, more.size() - FormerWindows.MOST))
                .forEach(each -> {
                    if (all.request(each.getKey(), each::getValue) == each.getValue()) {
                        awaited.add(each.getValue());
                    }
                });
    }

    /** All windows by the checksums of their keys; a copy, the least recently requested first. */
    synchronized Map<String, W> all() {
        return all.all();
    }
}
