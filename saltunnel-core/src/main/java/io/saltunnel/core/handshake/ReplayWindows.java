package io.saltunnel.core.handshake;

import io.saltunnel.core.key.KeySet;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The windows of a server's keys, one for each: a hello opens under one key only, so no other window has to know it. Any
 * thread.
 */
public final class ReplayWindows {

    private final List<ReplayWindow> windows;
    private final boolean inFront;

    private ReplayWindows(List<ReplayWindow> windows, boolean inFront) {
        this.windows = windows;
        this.inFront = inFront;
    }

    /**
     * The same window for all keys.
     *
     * @param window finds the replays
     * @return windows
     */
    public static ReplayWindows of(ReplayWindow window) {
        return new ReplayWindows(List.of(Objects.requireNonNull(window, "window")), false);
    }

    /**
     * The window of each key, {@linkplain ReplayWindow#of shared by all servers of the key}.
     *
     * @param keys the server's keys
     * @param first makes the window of a key that has none yet
     * @return windows
     */
    public static ReplayWindows of(KeySet keys, Supplier<ReplayWindow> first) {
        List<ReplayWindow> ofKeys = IntStream.range(0, keys.size())
                .mapToObj(index -> ReplayWindow.of(keys.key(index), first))
                .toList();
        return new ReplayWindows(ofKeys, false);
    }

    /**
     * The same windows in front of a memory that several servers share. They refuse only replays that they know, and
     * hellos that the clock excludes. What else they would have refused is in the hello's {@link ReplayQuestion}.
     *
     * @return windows for a server that asks that memory before it answers
     */
    public ReplayWindows inFrontOfSharedMemory() {
        return new ReplayWindows(windows, true);
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

    /** Whether another memory has to be asked about each hello that these windows admit. */
    boolean areInFront() {
        return inFront;
    }

    /** Admits an authentic hello under the key at this place, or refuses it. See {@link ReplayWindow#admitInFront}. */
    Optional<HandshakeException> admit(int keyIndex, long nowSeconds, long helloSeconds, ByteBuffer nonce)
            throws HandshakeException {
        ReplayWindow window = windows.get(windows.size() == 1 ? 0 : keyIndex);
        if (inFront) {
            return window.admitInFront(nowSeconds, helloSeconds, nonce, 0);
        }
        window.admit(nowSeconds, helloSeconds, nonce, 0);
        return Optional.empty();
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
