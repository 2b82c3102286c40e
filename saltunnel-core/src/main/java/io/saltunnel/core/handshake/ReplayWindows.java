package io.saltunnel.core.handshake;

import io.saltunnel.core.key.KeySet;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The windows of a server's keys, one for each: a hello opens under one key only, so no other window has to know it. Any
 * thread.
 */
public final class ReplayWindows {

    private final List<ReplayWindow> windows;

    private ReplayWindows(List<ReplayWindow> windows) {
        this.windows = windows;
    }

    /**
     * The same window for all keys.
     *
     * @param window finds the replays
     * @return windows
     */
    public static ReplayWindows of(ReplayWindow window) {
        return new ReplayWindows(List.of(Objects.requireNonNull(window, "window")));
    }

    /**
     * The window of each key, {@linkplain ReplayWindow#of shared by all servers of the key}.
     *
     * @param keys the server's keys
     * @param first makes the window of a key that has none yet
     * @return windows
     */
    public static ReplayWindows of(KeySet keys, Supplier<ReplayWindow> first) {
        return new ReplayWindows(IntStream.range(0, keys.size())
                .mapToObj(index -> ReplayWindow.of(keys.key(index), first))
                .toList());
    }

    /**
     * Changes how many nonces each window can remember, as {@link ReplayWindow#limit} does. A window that servers of
     * several keys share has the limit that was set last.
     *
     * @param most 1 to {@link ReplayWindow#MAX_CAPACITY}
     * @return this
     * @throws IllegalArgumentException if it is out of bounds
     */
    public ReplayWindows limit(int most) {
        windows.forEach(window -> window.limit(most));
        return this;
    }

    /** The window of the key at this place. */
    ReplayWindow ofKey(int index) {
        return windows.get(windows.size() == 1 ? 0 : index);
    }

    /**
     * How many nonces are remembered.
     *
     * @return of all windows together
     */
    public int size() {
        return windows.stream().mapToInt(ReplayWindow::size).sum();
    }
}
