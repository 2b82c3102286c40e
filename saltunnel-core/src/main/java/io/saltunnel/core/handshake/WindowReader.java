package io.saltunnel.core.handshake;

import java.io.DataInput;
import java.io.IOException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.LongFunction;

/**
 * Reads windows of several keys, and keeps the newest nonces of all that fit: if there are too many, the oldest second
 * of all windows is forgotten. So the floors of all keys rise to about the same second, and no key's clients are shut
 * out by those of another. One thread at a time.
 */
final class WindowReader {

    /** A second that a window remembers. */
    private record Held(long second, ReplayWindow window) {}

    private final DataInput in;
    private final int capacity;
    private final boolean keepFloors;
    private final Map<String, ReplayWindow> windows = new LinkedHashMap<>();
    private final PriorityQueue<Held> oldestFirst = new PriorityQueue<>(Comparator.comparingLong(Held::second));
    private long size;

    /**
     * Reads nothing yet.
     *
     * @param in what was written
     * @param capacity the most nonces of all windows together, and of each
     * @param keepFloors whether the windows go on as they were; otherwise they only know the nonces
     */
    WindowReader(DataInput in, int capacity, boolean keepFloors) {
        this.in = in;
        this.capacity = capacity;
        this.keepFloors = keepFloors;
    }

    /**
     * Reads the next window and the checksum of its key.
     *
     * @param start makes the floor from the second that was written
     */
    void read(LongFunction<ServerStart> start) throws IOException {
        ServerStart from = start.apply(in.readLong());
        long floor = in.readLong();
        ReplayWindow window = ReplayWindow.toBeRead(from, keepFloors ? floor : Long.MIN_VALUE, capacity);
        for (int count = in.readInt(); count > 0; count--) {
            int before = window.size();
            long second = window.readSecond(in);
            size += window.size() - before;
            oldestFirst.add(new Held(second, window));
            makeRoom();
        }
        windows.put(in.readUTF(), window);
    }

    private void makeRoom() {
        while (size > capacity && !oldestFirst.isEmpty()) { // a damaged file may have a second twice
            Held oldest = oldestFirst.remove();
            int before = oldest.window.size();
            oldest.window.forgetBefore(oldest.second + 1);
            size -= before - oldest.window.size();
        }
    }

    /** Forgets what the clock alone keeps out, and returns the windows in the order in which they were read. */
    Map<String, ReplayWindow> forget(long nowSeconds) {
        windows.values().forEach(window -> window.forgetBefore(nowSeconds - ReplayWindow.MAX_CLOCK_DIFFERENCE_SECONDS));
        return windows;
    }
}
