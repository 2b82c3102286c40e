package io.saltunnel.cli;

import io.saltunnel.core.key.KeySet;
import io.saltunnel.netty.TunnelEnvironment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes a process's tunnels to those of another configuration, completely or not at all:
 *
 * <pre>
 *   same as before        ──▶ kept, untouched
 *   same side and address ──▶ changed: keeps its socket and its connections
 *   new                   ──▶ started, before anything else; where an address is needed for it, the
 *                             tunnel that leaves closes its socket first
 *   no longer there       ──▶ stopped last, with its grace time
 * </pre>
 *
 * <p>If a tunnel can't be started or changed, the tunnels already started are stopped, and those already changed are
 * changed back. Used once, by one thread.
 */
final class TunnelChange {

    private static final Logger LOG = LoggerFactory.getLogger(TunnelChange.class);

    /** The grace time of a tunnel that stops listening before the change is certain. */
    private static final Duration NO_LIMIT = Duration.ofDays(10_000);

    /**
     * What was done.
     *
     * @param failures why nothing was done; one line each, empty if all went well
     */
    record Result(List<String> failures, int started, int changed, int stopped, int kept) {}

    /** A running tunnel with its next settings and its former ones. */
    private record Step(RunningTunnel tunnel, PreparedTunnel next, PreparedTunnel before) {}

    private final TunnelEnvironment environment;
    private final Consumer<RunningTunnel> started;
    private final List<RunningTunnel> tunnels = new ArrayList<>();
    private final List<RunningTunnel> fresh = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final List<Step> done = new ArrayList<>();
    private final List<CompletableFuture<Void>> overs = new ArrayList<>();
    private final List<RunningTunnel> paused = new ArrayList<>();
    private final List<RunningTunnel> resumed = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    /**
     * A change to be made.
     *
     * @param started receives each tunnel that was started, even if it is stopped again
     */
    TunnelChange(TunnelEnvironment environment, Consumer<RunningTunnel> started) {
        this.environment = environment;
        this.started = started;
    }

    /** The tunnels of the configuration that is in force afterwards. */
    List<RunningTunnel> tunnels() {
        return List.copyOf(tunnels);
    }

    Result make(List<RunningTunnel> before, List<PreparedTunnel> next) {
        List<RunningTunnel> leaving = new ArrayList<>(before);
        List<PreparedTunnel> toStart = new ArrayList<>();
        List<PreparedTunnel> kept = new ArrayList<>();
        for (PreparedTunnel each : next) {
            Optional<RunningTunnel> former = former(leaving, each);
            if (former.isEmpty()) {
                toStart.add(each);
            } else {
                leaving.remove(former.get());
                if (former.get().prepared().isSameAs(each)) {
                    kept.add(each);
                } else {
                    steps.add(new Step(former.get(), each, former.get().prepared()));
                }
            }
        }
        toStart.forEach(each -> start(each, leaving));
        if (failures.isEmpty()) {
            changeAll();
        }
        if (!failures.isEmpty()) {
            undo(next);
            tunnels.addAll(before);
            tunnels.removeAll(paused);
            tunnels.addAll(resumed);
            return new Result(failures, 0, 0, 0, tunnels.size());
        }
        kept.forEach(PreparedTunnel::close);
        for (int i = 0; i < done.size(); i++) {
            PreparedTunnel former = done.get(i).before;
            overs.get(i).whenComplete((over, failure) -> former.close());
        }
        done.forEach(TunnelChange::revokeRemovedKeys);
        leaving.forEach(TunnelChange::drain);
        tunnels.addAll(before);
        tunnels.removeAll(leaving);
        tunnels.addAll(fresh);
        return new Result(List.of(), fresh.size(), done.size(), leaving.size(), kept.size());
    }

    /** Logs what listens since a change without failures, and looks up its targets. */
    void announce() {
        fresh.forEach(each -> LOG.info(
                "{}listening on {}, forwarding to {}, {}",
                each.plan().prefix(),
                each.tunnel().boundAddress(),
                each.plan().destination(),
                each.prepared().keys().described()));
        TargetNames.check(Stream.concat(
                        fresh.stream().map(RunningTunnel::plan), done.stream().map(step -> step.next.plan()))
                .toList());
    }

    /**
     * Finds the running tunnel that the next one replaces. If the system chose its port, only one with the same name.
     */
    private static Optional<RunningTunnel> former(Collection<RunningTunnel> running, PreparedTunnel next) {
        return running.stream()
                .filter(each -> next.plan().canFollow(each.plan()))
                .findFirst();
    }

    private void start(PreparedTunnel next, List<RunningTunnel> leaving) {
        for (RunningTunnel each : leaving) {
            if (PlanChecks.collide(each.plan().listen(), next.plan().listen()) && !paused.contains(each)) {
                each.tunnel().stop(NO_LIMIT);
                each.tunnel().listeningEnded().join();
                paused.add(each);
            }
        }
        try {
            RunningTunnel tunnel = RunningTunnel.start(next, environment);
            started.accept(tunnel);
            fresh.add(tunnel);
            LOG.debug(
                    "{}at most {} connections",
                    next.plan().prefix(),
                    next.plan().maxConnections());
        } catch (RunningTunnel.Failure e) {
            failures.add(String.valueOf(e.getMessage()));
        }
    }

    private void changeAll() {
        for (Step step : steps) {
            try {
                overs.add(step.tunnel.change(step.next, environment));
                done.add(step);
            } catch (RunningTunnel.Failure e) {
                failures.add(String.valueOf(e.getMessage()));
                return;
            }
        }
    }

    private void undo(List<PreparedTunnel> next) {
        List<PreparedTunnel> unused = new ArrayList<>(next);
        for (RunningTunnel each : fresh) {
            unused.remove(each.prepared()); // closed when it has stopped
            each.tunnel().stop(Duration.ZERO);
            each.tunnel().listeningEnded().join();
        }
        for (Step step : done) {
            unused.remove(step.next);
            try {
                step.tunnel.change(step.before, environment).whenComplete((over, failure) -> step.next.close());
            } catch (RunningTunnel.Failure e) {
                LOG.error("{}", e.getMessage());
            }
        }
        paused.forEach(this::resume);
        unused.forEach(PreparedTunnel::close);
    }

    /** Listens again, in a new tunnel with the same settings. The connections of the former tunnel continue in it. */
    private void resume(RunningTunnel former) {
        try {
            RunningTunnel again = RunningTunnel.start(former.prepared().again(), environment);
            started.accept(again);
            resumed.add(again);
        } catch (RunningTunnel.Failure e) {
            LOG.error("{}", e.getMessage());
        }
    }

    /**
     * Revokes the removed keys if the new settings say so, and logs what becomes of connections under such keys. Call
     * this once the change can't be undone any more. A key that an earlier change removed counts, too.
     */
    private static void revokeRemovedKeys(Step step) {
        KeySet keys = step.next.keys().set();
        boolean removed = !keys.checksums().containsAll(step.before.keys().set().checksums());
        String open = step.tunnel.openUnderRemovedKeys();
        Revocation revocation = step.next.plan().revocation();
        if (revocation == Revocation.NOW) {
            step.tunnel.tunnel().revokeFormerKeys();
        }
        if (removed || revocation == Revocation.NOW && !open.isEmpty()) {
            LOG.info(
                    "{}has {} now; {}{}",
                    step.next.plan().prefix(),
                    step.next.keys().described(),
                    switch (revocation) {
                        case LATER -> "open under removed keys: ";
                        case NOW -> "reset, because their keys were removed: ";
                    },
                    open.isEmpty() ? "no connection" : open);
        }
    }

    private static void drain(RunningTunnel tunnel) {
        long open = tunnel.connections();
        LOG.info(
                "{}stopped listening on {}; {} {} s to finish",
                tunnel.plan().prefix(),
                tunnel.tunnel().boundAddress(),
                Stopping.count(open, "connection has", "connections have"),
                tunnel.plan().grace().toMillis() / 1000.0);
        tunnel.tunnel().stop(tunnel.plan().grace());
    }
}
