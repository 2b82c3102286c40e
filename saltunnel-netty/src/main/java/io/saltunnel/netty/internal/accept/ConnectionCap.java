package io.saltunnel.netty.internal.accept;

/** How many connections a client may have open at once. Any thread may change it while the client runs. */
public final class ConnectionCap {
    private volatile int max;
    private volatile Runnable changed = () -> {};

    /**
     * A cap.
     *
     * @param max the most connections open at once, 1 or more
     */
    public ConnectionCap(int max) {
        this.max = checked(max);
    }

    private static int checked(int max) {
        if (max < 1) {
            throw new IllegalArgumentException("at least one connection must be allowed, not " + max);
        }
        return max;
    }

    /**
     * The most connections open at once.
     *
     * @return 1 or more
     */
    public int max() {
        return max;
    }

    /**
     * Changes the cap. Connections that are open beyond it stay open.
     *
     * @param connections the most open at once, 1 or more
     */
    public void set(int connections) {
        max = checked(connections);
        changed.run();
    }

    /**
     * Sets the listener for changes.
     *
     * @param listener runs after each change, on the thread that changes the cap
     */
    void whenChanged(Runnable listener) {
        changed = listener;
    }
}
