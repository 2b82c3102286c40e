package io.saltunnel.cli;

import io.saltunnel.cli.status.ProcessView;
import io.saltunnel.cli.status.ServerContact;
import io.saltunnel.cli.status.TunnelTally;
import io.saltunnel.cli.status.TunnelView;
import io.saltunnel.core.secret.MemoryLockStatus;
import io.saltunnel.netty.SaltunnelHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the status server shows of this process. Any thread. */
final class StatusView implements ProcessView {

    private final RunningTunnels running;
    private final HangUp hangUp;
    private final List<String> warnings;
    private volatile boolean started;

    /**
     * A view of a process whose tunnels don't listen yet.
     *
     * @param hangUp knows how the last reload went
     * @param warnings known at the start
     */
    StatusView(RunningTunnels running, HangUp hangUp, List<String> warnings) {
        this.running = running;
        this.hangUp = hangUp;
        this.warnings = warnings;
    }

    /** All tunnels listen. */
    void started() {
        started = true;
    }

    @Override
    public Phase phase() {
        if (running.isStopping()) {
            return Phase.DRAINING;
        }
        return started ? Phase.RUNNING : Phase.STARTING;
    }

    @Override
    public List<TunnelView> tunnels() {
        return running.current().stream()
                .flatMap(tunnel -> tunnel.prepared().tally().map(tally -> view(tunnel, tally)).stream())
                .toList();
    }

    @Override
    public Optional<ServerContact> contact(String tunnel) {
        return running.current().stream()
                .map(RunningTunnel::prepared)
                .filter(prepared -> prepared.plan().mode() == TunnelMode.CLIENT)
                .filter(prepared -> prepared.plan().name().equals(tunnel))
                .findFirst()
                .map(StatusView::contact);
    }

    private static ServerContact contact(PreparedTunnel prepared) {
        TunnelKeys keys = prepared.keys().again();
        return new ServerContact(
                prepared.plan().to(),
                SaltunnelHandlers.client(keys.set().first(), prepared.plan().clientHandshakes()),
                keys::close);
    }

    private static TunnelView view(RunningTunnel running, TunnelTally tally) {
        TunnelPlan plan = running.plan();
        return new TunnelView(
                plan.name(),
                switch (plan.mode()) {
                    case CLIENT -> TunnelView.Side.CLIENT;
                    case SERVER -> TunnelView.Side.SERVER;
                },
                running.tunnel().boundAddress().toString(),
                plan.destination(),
                running.keys(),
                running.isListening(),
                running.connections(),
                plan.maxConnections(),
                running.tunnel().stats(),
                running.tunnel().holdings(),
                tally);
    }

    @Override
    public List<String> warnings() {
        List<String> all = new ArrayList<>(warnings);
        MemoryLockStatus.ofProcess().advice().ifPresent(all::add);
        return all;
    }

    @Override
    public Optional<Boolean> lastReloadSucceeded() {
        return hangUp.lastReloadSucceeded();
    }

    @Override
    public String version() {
        String version = StatusView.class.getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }
}
