package io.saltunnel.cli;

import io.saltunnel.cli.status.Tallies;
import io.saltunnel.cli.status.TunnelCounts;
import io.saltunnel.core.key.KeyFileException;
import io.saltunnel.core.key.KeySet;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.key.NamedKey;
import io.saltunnel.netty.TunnelBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Tunnels that only need to be started. This owns them until a caller {@linkplain #tunnels takes} them. One thread. */
final class PreparedTunnels implements AutoCloseable {

    private final KeyRing keys;
    private final Tallies tallies;

    /** The key files with a reported warning. Each file's warning is reported once. */
    private final Set<Path> doubtful = new HashSet<>();

    private final List<PreparedTunnel> tunnels = new ArrayList<>();

    private PreparedTunnels(KeyRing keys, Tallies tallies) {
        this.keys = keys;
        this.tallies = tallies;
    }

    /**
     * Reads the keys and checks all options. Reports what is wrong to each plan's faults, which may throw. If they
     * don't, the result may have fewer tunnels.
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
        Optional<TunnelKeys> own = keys(plan);
        if (own.isEmpty()) {
            checkOptions(plan);
            return;
        }
        try {
            TunnelBuilder<?> builder = plan.configure(own.get().set());
            Optional<TunnelCounts> counts = tallies.of(plan.name()).map(tally -> TunnelCounts.in(builder, tally));
            tunnels.add(new PreparedTunnel(plan, own.get(), builder, counts));
        } catch (Throwable e) {
            own.get().close();
            throw e;
        }
    }

    /** Lets a builder check the options. It needs a key, so it gets a random one. */
    private static void checkOptions(TunnelPlan plan) {
        try (LongTermKey standIn = LongTermKey.random()) {
            plan.configure(KeySet.of(standIn));
        }
    }

    /** Empty if a key can't be used, which is reported to the faults. */
    private Optional<TunnelKeys> keys(TunnelPlan plan) {
        List<KeyRing.Loan> loans = new ArrayList<>();
        boolean complete = false;
        try {
            List<Path> files = files(plan);
            List<NamedKey> named = new ArrayList<>();
            for (Path file : files) {
                key(file, plan).ifPresent(loan -> {
                    loans.add(loan);
                    named.add(new NamedKey(KeyFiles.nameOf(file), loan.key()));
                });
            }
            complete = !files.isEmpty() && named.size() == files.size();
            return complete
                    ? Optional.of(new TunnelKeys(List.copyOf(loans), KeySet.of(KeyFiles.told(files, named))))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            complete = false;
            plan.faults().found(TunnelPlan.KEY, String.valueOf(e.getMessage()));
            return Optional.empty();
        } finally {
            if (!complete) {
                loans.forEach(KeyRing.Loan::close);
            }
        }
    }

    private static List<Path> files(TunnelPlan plan) {
        List<Path> named = plan.keyFiles();
        return switch (plan.mode()) {
            case CLIENT -> {
                if (named.size() > 1) {
                    throw new IllegalArgumentException(
                            "a client has one key, not " + named.size() + ": only a server takes several");
                }
                yield named;
            }
            case SERVER -> KeyFiles.in(named);
        };
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
