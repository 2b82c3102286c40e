package io.saltunnel.core.handshake;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * The windows of all keys by their checksums, including keys that are gone, so that a key that comes back finds its
 * window. The memory of the windows whose keys are gone is bounded. Not safe for several threads at once.
 *
 * @param <W> the type of the windows, which itself uses this class
 */
final class FormerWindows<W> {

    /** The most windows of keys that are gone. */
    static final int MOST = 1024;

    /** In the order of their last requests, the least recent first. */
    private final Map<String, W> windows = new LinkedHashMap<>(16, 0.75f, true);

    private final ToIntFunction<W> size;
    private final ObjIntConsumer<W> shrink;

    /**
     * No windows yet.
     *
     * @param size how many nonces a window remembers
     * @param shrink makes a window forget until it remembers at most a number of nonces
     */
    FormerWindows(ToIntFunction<W> size, ObjIntConsumer<W> shrink) {
        this.size = size;
        this.shrink = shrink;
    }

    /** Returns the window of a key, and makes it if there is none. */
    W request(String checksum, Supplier<W> first) {
        W known = windows.get(checksum);
        if (known == null) {
            known = first.get();
            windows.put(checksum, known);
        }
        return known;
    }

    /**
     * Makes windows whose keys are gone forget the nonces beyond the bound, the least recently requested windows first.
     * A window that forgets keeps a floor, below which it admits nothing. If there are more than {@link #MOST} such
     * windows, the rest is dropped.
     *
     * @param inUse the windows that are not bounded, compared by identity
     * @param mostNonces how many nonces the others may remember together
     */
    void bound(Set<W> inUse, int mostNonces) {
        long nonces = 0;
        int count = 0;
        for (W each : windows.values()) {
            if (!inUse.contains(each)) {
                nonces += size.applyAsInt(each);
                count++;
            }
        }
        if (count <= MOST && nonces <= mostNonces) {
            return;
        }
        for (var each = windows.values().iterator(); each.hasNext() && (count > MOST || nonces > mostNonces); ) {
            W window = each.next();
            if (inUse.contains(window)) {
                continue;
            }
            if (count > MOST) {
                nonces -= size.applyAsInt(window);
                count--;
                each.remove();
            } else {
                int before = size.applyAsInt(window);
                shrink.accept(window, (int) Math.max(0, before - (nonces - mostNonces)));
                nonces -= before - size.applyAsInt(window);
            }
        }
    }

    /** All windows by the checksums of their keys; a copy, the least recently requested first. */
    Map<String, W> all() {
        return new LinkedHashMap<>(windows);
    }

    /** How many windows there are. */
    int count() {
        return windows.size();
    }
}
