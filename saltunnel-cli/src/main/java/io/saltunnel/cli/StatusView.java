package io.saltunnel.cli;

import io.saltunnel.cli.status.KeyView;
import io.saltunnel.cli.status.ProcessView;
import io.saltunnel.cli.status.ProcessWarning;
import io.saltunnel.cli.status.ReplayMemoryView;
import io.saltunnel.cli.status.ServerContact;
import io.saltunnel.cli.status.TunnelCounts;
import io.saltunnel.cli.status.TunnelView;
import io.saltunnel.core.key.KeyLabel;
import io.saltunnel.core.secret.MemoryLockStatus;
import io.saltunnel.netty.SaltunnelHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What the status server shows of this process. Any thread. */
final class StatusView implements ProcessView {

    private final RunningTunnels running;
    private final HangUp hangUp;
    private final List<ProcessWarning> warnings;
    private final Optional<SharedStore> store;
    private volatile boolean started;

    /**
     * A view of a process whose tunnels don't listen yet.
     *
     * @param hangUp knows how the last reload went
     * @param warnings known at the start
     * @param store the shared memory of replays; empty for none
     */
    StatusView(RunningTunnels running, HangUp hangUp, List<ProcessWarning> warnings, Optional<SharedStore> store) {
        this.running = running;
        this.hangUp = hangUp;
        this.warnings = warnings;
        this.store = store;
    }

    /** Call this once all tunnels listen. */
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
        return running.inForce().stream()
                .flatMap(each -> each.prepared().counts().map(counts -> view(each, counts)).stream())
                .toList();
    }

    @Override
    public Optional<ServerContact> contact(String tunnel) {
        return running.inForce().stream()
                .map(RunningTunnels.InForce::prepared)
                .filter(prepared -> prepared.plan().mode() == TunnelMode.CLIENT)
                .filter(prepared -> prepared.plan().name().equals(tunnel))
                .findFirst()
                .flatMap(StatusView::contact);
    }

    /** Empty if the tunnel has just ended or got other settings, and has returned its keys. */
    private static Optional<ServerContact> contact(PreparedTunnel prepared) {
        TunnelKeys keys;
        try {
            keys = prepared.keys().again();
        } catch (IllegalStateException e) {
            return Optional.empty();
        }
        return Optional.of(new ServerContact(
                prepared.plan().to(),
                SaltunnelHandlers.client(keys.set().first(), prepared.plan().clientHandshakes()),
                keys::close));
    }

    private static TunnelView view(RunningTunnels.InForce inForce, TunnelCounts counts) {
        RunningTunnel running = inForce.tunnel();
        TunnelPlan plan = inForce.prepared().plan();
        return new TunnelView(
                plan.name(),
                switch (plan.mode()) {
                    case CLIENT -> TunnelView.Side.CLIENT;
                    case SERVER -> TunnelView.Side.SERVER;
                },
                running.tunnel().boundAddress().toString(),
                plan.destination(),
                inForce.prepared().keys().named(),
                keys(inForce),
                running.isListening(),
                running.connections(),
                plan.maxConnections(),
                running.tunnel().holdings(),
                counts);
    }

    private static List<KeyView> keys(RunningTunnels.InForce inForce) {
        Map<KeyLabel, Long> open = inForce.tunnel().openByKey();
        Stream<KeyLabel> others =
                open.entrySet().stream().filter(each -> each.getValue() > 0).map(Map.Entry::getKey);
        return Stream.concat(inForce.prepared().keys().set().labels().stream(), others)
                .distinct()
                .map(key -> new KeyView(key, open.getOrDefault(key, 0L)))
                .toList();
    }

    @Override
    public List<ProcessWarning> warnings() {
        List<ProcessWarning> all = new ArrayList<>(warnings);
        MemoryLockStatus.ofProcess()
                .advice()
                .ifPresent(advice -> all.add(new ProcessWarning(ProcessWarning.Kind.UNLOCKED_MEMORY, advice)));
        return all;
    }

    @Override
    public Optional<Boolean> lastReloadSucceeded() {
        return hangUp.lastReloadSucceeded();
    }

    @Override
    public Optional<ReplayMemoryView> replayMemory() {
        return store.map(SharedStore::view);
    }

    @Override
    public String version() {
        String version = StatusView.class.getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }
}
