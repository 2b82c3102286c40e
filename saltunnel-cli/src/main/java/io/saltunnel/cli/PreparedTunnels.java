package io.saltunnel.cli;

import io.saltunnel.cli.status.Tallies;
import io.saltunnel.cli.status.TunnelTally;
import io.saltunnel.core.key.KeyFileException;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.netty.TunnelBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Tunnels that only need to be started. It owns them until a caller {@linkplain #tunnels takes} them. One thread. */
final class PreparedTunnels implements AutoCloseable {

    private final KeyRing keys;
    private final Tallies tallies;

    /** The files that were warned about, so that each is warned about once. */
    private final Set<Path> doubtful = new HashSet<>();

    private final List<PreparedTunnel> tunnels = new ArrayList<>();

    private PreparedTunnels(KeyRing keys, Tallies tallies) {
        this.keys = keys;
        this.tallies = tallies;
    }

    /**
     * Reads the keys and checks all options. Reports what is wrong to the faults of each plan. If they don't throw, the
     * result may have fewer tunnels.
     *
     * @param plans the tunnels to prepare
     * @param incomplete tunnels of which only the options are checked
     * @param keys lends the keys
     * @param tallies counts for each tunnel what happens in it
     */
    static PreparedTunnels of(List<TunnelPlan> plans, List<TunnelPlan> incomplete, KeyRing keys, Tallies tallies) {
        PreparedTunnels prepared = new PreparedTunnels(keys, tallies);
        try {
            plans.forEach(prepared::add);
            incomplete.forEach(PreparedTunnels::checkOptions);
            return prepared;
        } catch (Throwable e) {
            prepared.close();
            throw e;
        }
    }

    private void add(TunnelPlan plan) {
        Optional<KeyRing.Loan> key = plan.keyFile().flatMap(file -> key(file, plan));
        if (key.isEmpty()) {
            checkOptions(plan);
            return;
        }
        try {
            TunnelBuilder<?> builder = plan.configure(key.get().key());
            Optional<TunnelTally> tally = tallies.of(plan.name());
            tally.ifPresent(counts -> counts.countIn(builder));
            tunnels.add(new PreparedTunnel(plan, key.get(), builder, tally));
        } catch (Throwable e) {
            key.get().close();
            throw e;
        }
    }

    /** Lets a builder check the options. It needs a key, so it gets a random one. */
    private static void checkOptions(TunnelPlan plan) {
        try (LongTermKey standIn = LongTermKey.random()) {
            plan.configure(standIn);
        }
    }

    private Optional<KeyRing.Loan> key(Path named, TunnelPlan plan) {
        Path file = named.toAbsolutePath().normalize();
        try {
            return Optional.of(keys.load(named, warning -> {
                if (doubtful.add(file)) {
                    plan.faults().warned(TunnelPlan.KEY, warning);
                }
            }));
        } catch (KeyFileException e) {
            plan.faults().found(TunnelPlan.KEY, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** All tunnels. A caller that takes one closes it. */
    List<PreparedTunnel> tunnels() {
        return List.copyOf(tunnels);
    }

    /** Closes all tunnels. Call it only if none was taken. */
    @Override
    public void close() {
        tunnels.forEach(PreparedTunnel::close);
    }
}
