package io.saltunnel.cli;

import io.saltunnel.core.key.KeyFile;
import io.saltunnel.core.key.KeyFileException;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.netty.TunnelBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tunnels that only need to be started. It owns their keys. One thread. */
final class PreparedTunnels implements AutoCloseable {

    /** One of them. */
    record Prepared(TunnelPlan plan, LongTermKey key, TunnelBuilder<?> builder) {}

    /** Each file is read once; empty if it can't be. */
    private final Map<Path, Optional<LongTermKey>> keys = new HashMap<>();

    private final List<LongTermKey> open = new ArrayList<>();
    private final List<Prepared> tunnels = new ArrayList<>();

    private PreparedTunnels() {}

    /**
     * Reads the keys and checks all options. What is wrong goes to the faults of each plan. If they don't throw, the
     * result may have fewer tunnels.
     *
     * @param plans become tunnels
     * @param incomplete only have their options checked
     */
    static PreparedTunnels of(List<TunnelPlan> plans, List<TunnelPlan> incomplete) {
        PreparedTunnels prepared = new PreparedTunnels();
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
        Optional<LongTermKey> key = plan.keyFile().flatMap(file -> key(file, plan));
        if (key.isPresent()) {
            tunnels.add(new Prepared(plan, key.get(), plan.configure(key.get())));
        } else {
            checkOptions(plan);
        }
    }

    /** A builder needs a key, and checks what it is told. */
    private static void checkOptions(TunnelPlan plan) {
        try (LongTermKey standIn = LongTermKey.random()) {
            plan.configure(standIn);
        }
    }

    private Optional<LongTermKey> key(Path named, TunnelPlan plan) {
        Path file = named.toAbsolutePath().normalize();
        Optional<LongTermKey> known = keys.get(file);
        if (known != null && known.isPresent()) {
            return known;
        }
        Optional<LongTermKey> key = Optional.empty();
        try {
            KeyFile.Loaded loaded = KeyFile.load(named);
            open.add(loaded.key());
            loaded.warning().ifPresent(warning -> plan.faults().warned(TunnelPlan.KEY, warning));
            key = Optional.of(loaded.key());
        } catch (KeyFileException e) {
            plan.faults().found(TunnelPlan.KEY, String.valueOf(e.getMessage()));
        }
        keys.put(file, key);
        return key;
    }

    List<Prepared> tunnels() {
        return List.copyOf(tunnels);
    }

    @Override
    public void close() {
        open.forEach(LongTermKey::close);
    }
}
