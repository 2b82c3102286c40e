package io.saltunnel.cli.status;

import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The tallies of the process, one for each name of a tunnel. A tally lives as long as a tunnel holds it, so a name that
 * stays in the configuration keeps its counts. Any thread.
 */
public final class Tallies {

    private final LongSupplier nanoTime;
    private final boolean wanted;

    /** Guarded by this. */
    private final Map<String, WeakReference<TunnelTally>> byName = new HashMap<>();

    private Tallies(LongSupplier nanoTime, boolean wanted) {
        this.nanoTime = nanoTime;
        this.wanted = wanted;
    }

    /**
     * For a process with a status server.
     *
     * @param nanoTime as {@link System#nanoTime()}
     * @return without tallies yet
     */
    public static Tallies kept(LongSupplier nanoTime) {
        return new Tallies(nanoTime, true);
    }

    /**
     * For a process in which nobody asks: tunnels are not counted, and pay nothing.
     *
     * @return always without tallies
     */
    public static Tallies none() {
        return new Tallies(() -> 0, false);
    }

    /**
     * The tally for the tunnels of a name.
     *
     * @param name the tunnel's name
     * @return the one in use, or a new one; empty if nobody asks
     */
    public synchronized Optional<TunnelTally> of(String name) {
        if (!wanted) {
            return Optional.empty();
        }
        byName.values().removeIf(reference -> reference.get() == null);
        WeakReference<TunnelTally> known = byName.get(name);
        TunnelTally tally = known == null ? null : known.get();
        if (tally == null) {
            tally = new TunnelTally(nanoTime);
            byName.put(name, new WeakReference<>(tally));
        }
        return Optional.of(tally);
    }
}
