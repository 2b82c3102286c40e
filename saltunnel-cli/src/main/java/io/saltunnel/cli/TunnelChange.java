package io.saltunnel.cli;

import io.saltunnel.core.key.KeySet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    /**
     * What was done.
     *
     * @param failures why nothing was done; one line each, empty if all went well
     */
    record Result(List<String> failures, int started, int changed, int stopped, int kept) {}

    /** A running tunnel with its next settings and its former ones. */
    private record Step(RunningTunnel tunnel, PreparedTunnel next, PreparedTunnel before) {}

    /** A step that was made. {@code over} completes when no connection has the former settings any more. */
    private record Done(Step step, CompletableFuture<Void> over) {}

    private final TunnelHost host;
    private final Consumer<RunningTunnel> started;
    private final List<RunningTunnel> before;
    private final List<PreparedTunnel> next;
    private final List<RunningTunnel> leaving;
    private final List<PreparedTunnel> kept = new ArrayList<>();
    private final List<PreparedTunnel> toStart = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final List<RunningTunnel> fresh = new ArrayList<>();
    private final List<Done> done = new ArrayList<>();
    private final PausedTunnels paused;
    private final List<String> failures = new ArrayList<>();
    private List<RunningTunnel> inForce;

    /**
     * A change to be made.
     *
     * @param started receives each tunnel that was started, even if it is stopped again
     * @param before the tunnels of the configuration in force
     * @param next the tunnels to run instead; closed by this if they can't all run
     */
    TunnelChange(
            TunnelHost host, Consumer<RunningTunnel> started, List<RunningTunnel> before, List<PreparedTunnel> next) {
        this.host = host;
        this.started = started;
        this.before = before;
        this.next = next;
        this.leaving = new ArrayList<>(before);
        this.inForce = before;
        this.paused = new PausedTunnels(host);
    }

    /** The tunnels of the configuration that is in force now: before {@link #make}, after it, and if it throws. */
    List<RunningTunnel> inForce() {
        return List.copyOf(inForce);
    }

    /** Makes the change. If this throws, nothing has changed either. */
    Result make() {
        try {
            plan();
            toStart.forEach(this::start);
            if (failures.isEmpty()) {
                changeAll();
            }
        } catch (RuntimeException | Error e) {
            undo();
            throw e;
        }
        if (!failures.isEmpty()) {
            undo();
            return new Result(failures, 0, 0, 0, inForce.size());
        }
        inForce = Stream.concat(before.stream().filter(each -> !leaving.contains(each)), fresh.stream())
                .toList();
        settle();
        return new Result(List.of(), fresh.size(), done.size(), leaving.size(), kept.size());
    }

    private void plan() {
        for (PreparedTunnel each : next) {
            Optional<RunningTunnel> former = former(each);
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
    }

    /**
     * Finds the running tunnel that can take over the next settings. If the system chooses the port, this must have the
     * same name. A tunnel that no longer listens can't; a new one replaces it.
     */
    private Optional<RunningTunnel> former(PreparedTunnel next) {
        return leaving.stream()
                .filter(each -> each.isListening() && next.plan().canFollow(each.plan()))
                .findFirst();
    }

    private void start(PreparedTunnel next) {
        leaving.stream()
                .filter(each ->
                        PlanChecks.collide(each.plan().listen(), next.plan().listen()))
                .forEach(paused::pause);
        try {
            RunningTunnel tunnel = RunningTunnel.start(next, host);
            fresh.add(tunnel);
            started.accept(tunnel);
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
                done.add(new Done(step, step.tunnel.change(step.next, host)));
            } catch (RunningTunnel.Failure e) {
                failures.add(String.valueOf(e.getMessage()));
                return;
            }
        }
    }

    /**
     * Call this once the change is certain. Releases what is no longer needed, and decides about the connections of
     * removed tunnels and keys.
     */
    private void settle() {
        paused.release();
        kept.forEach(PreparedTunnel::close);
        done.forEach(each -> each.over.whenComplete((over, failure) -> each.step.before.close()));
        Map<RunningTunnel, List<KeySet>> keysBefore = new HashMap<>();
        done.forEach(each -> addKeys(keysBefore, each.step.tunnel, each.step.before));
        for (RunningTunnel each : leaving) {
            Optional<RunningTunnel> successor = Succession.successor(each, inForce);
            if (successor.isEmpty() || !Succession.continues(successor.get(), each)) {
                Succession.drain(each);
            }
            successor.ifPresent(tunnel -> {
                tunnel.follow(each);
                addKeys(keysBefore, tunnel, each.prepared());
            });
        }
        inForce.forEach(each -> Succession.revokeRemovedKeys(each, keysBefore.getOrDefault(each, List.of())));
    }

    private static void addKeys(
            Map<RunningTunnel, List<KeySet>> keysBefore, RunningTunnel tunnel, PreparedTunnel former) {
        keysBefore
                .computeIfAbsent(tunnel, first -> new ArrayList<>())
                .add(former.keys().set());
    }

    /**
     * Restores the tunnels and settings from before the change, and logs what it can't restore. The former
     * configuration stays in force in any case.
     */
    private void undo() {
        List<PreparedTunnel> unused = new ArrayList<>(next);
        for (RunningTunnel each : fresh) {
            unused.remove(each.prepared()); // closed when it has stopped
            each.stop(Duration.ZERO);
            each.awaitListeningEnded();
        }
        for (Done each : done) {
            unused.remove(each.step.next);
            changeBack(each);
        }
        inForce = paused.resume(before, started);
        unused.forEach(PreparedTunnel::close);
    }

    private void changeBack(Done made) {
        Step step = made.step;
        try {
            step.tunnel.change(step.before, host).whenComplete((over, failure) -> step.next.close());
        } catch (RunningTunnel.Failure e) {
            made.over.whenComplete((over, failure) -> step.before.close());
            LOG.error("{}; it keeps the settings of the file that was not taken over", e.getMessage());
        }
    }

    /** Logs the tunnels that a successful change started, and looks up the targets of those started or changed. */
    void announce() {
        fresh.forEach(each -> LOG.info(
                "{}listening on {}, forwarding to {}, {}",
                each.plan().prefix(),
                each.tunnel().boundAddress(),
                each.plan().destination(),
                each.prepared().keys().described()));
        TargetNames.check(Stream.concat(
                        fresh.stream().map(RunningTunnel::plan), done.stream().map(each -> each.step.next.plan()))
                .toList());
    }
}
