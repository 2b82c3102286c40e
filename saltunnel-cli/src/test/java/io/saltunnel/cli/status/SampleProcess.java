package io.saltunnel.cli.status;

import io.saltunnel.netty.metrics.TunnelHoldings;
import io.saltunnel.netty.metrics.TunnelStats;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A process whose state a test sets. Its fields are read by the status server's thread. */
final class SampleProcess implements ProcessView {

    final List<String> warnings = new ArrayList<>();
    volatile long nanos;
    volatile Phase phase = Phase.RUNNING;
    volatile boolean listening = true;
    volatile long sentBytes = 1000;
    volatile Optional<Boolean> reload = Optional.empty();

    volatile Function<String, Optional<ServerContact>> contacts = tunnel -> Optional.empty();

    final TunnelTally web = new TunnelTally(() -> nanos);
    final TunnelTally database = new TunnelTally(() -> nanos);

    @Override
    public Phase phase() {
        return phase;
    }

    @Override
    public List<TunnelView> tunnels() {
        return List.of(view("web", TunnelView.Side.CLIENT, web), view("database", TunnelView.Side.SERVER, database));
    }

    private TunnelView view(String name, TunnelView.Side side, TunnelTally tally) {
        return new TunnelView(
                name,
                side,
                "127.0.0.1:8000",
                "server.example:8080",
                "0123abcd",
                listening,
                3,
                100,
                new TunnelStats(9, 3, 4, 2, 1, 0, 0, sentBytes, 2000),
                new TunnelHoldings(3, 1, 2, 0, 5, 6, 7000),
                tally);
    }

    @Override
    public Optional<ServerContact> contact(String tunnel) {
        return contacts.apply(tunnel);
    }

    @Override
    public List<String> warnings() {
        return warnings;
    }

    @Override
    public Optional<Boolean> lastReloadSucceeded() {
        return reload;
    }

    @Override
    public String version() {
        return "1.2.3";
    }
}
