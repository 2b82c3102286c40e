package io.saltunnel.cli.status;

import io.saltunnel.core.key.KeyLabel;
import io.saltunnel.netty.metrics.TunnelHoldings;
import io.saltunnel.netty.metrics.TunnelStats;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A process whose state a test sets. Its fields are read by the status server's thread. */
final class SampleProcess implements ProcessView {

    final List<ProcessWarning> warnings = new ArrayList<>();
    volatile long nanos;
    static final KeyLabel NEW_KEY = new KeyLabel("new", "0123abcd");
    static final KeyLabel OLD_KEY = new KeyLabel("old", "4567cdef");
    private static final List<KeyLabel> KEYS = List.of(NEW_KEY, OLD_KEY);

    volatile Phase phase = Phase.RUNNING;
    volatile boolean listening = true;
    volatile long sentBytes = 1000;
    volatile Optional<Boolean> reload = Optional.empty();
    volatile Optional<ReplayMemoryView> replays = Optional.empty();

    volatile Function<String, Optional<ServerContact>> contacts = tunnel -> Optional.empty();

    final TunnelTally web = new TunnelTally(() -> nanos);
    final TunnelTally database = new TunnelTally(() -> nanos);
    volatile LastProof webProof = new LastProof(() -> nanos);
    private final LastProof databaseProof = new LastProof(() -> nanos);

    SampleProcess() {
        web.begin(this::stats, KEYS);
        database.begin(this::stats, KEYS);
    }

    private TunnelStats stats() {
        return new TunnelStats(9, 3, 4, 2, 1, 0, 0, sentBytes, 2000);
    }

    @Override
    public Phase phase() {
        return phase;
    }

    @Override
    public List<TunnelView> tunnels() {
        return List.of(
                view("web", TunnelView.Side.CLIENT, new TunnelCounts(web, webProof)),
                view("database", TunnelView.Side.SERVER, new TunnelCounts(database, databaseProof)));
    }

    private TunnelView view(String name, TunnelView.Side side, TunnelCounts counts) {
        return new TunnelView(
                name,
                side,
                "127.0.0.1:8000",
                "server.example:8080",
                "0123abcd",
                List.of(new KeyView(NEW_KEY, 2), new KeyView(OLD_KEY, 1)),
                listening,
                3,
                100,
                new TunnelHoldings(3, 1, 2, 0, 5, 6, 7000),
                counts);
    }

    @Override
    public Optional<ServerContact> contact(String tunnel) {
        return contacts.apply(tunnel);
    }

    @Override
    public List<ProcessWarning> warnings() {
        return warnings;
    }

    @Override
    public Optional<Boolean> lastReloadSucceeded() {
        return reload;
    }

    @Override
    public Optional<ReplayMemoryView> replayMemory() {
        return replays;
    }

    @Override
    public String version() {
        return "1.2.3";
    }
}
