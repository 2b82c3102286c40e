package io.saltunnel.cli;

import io.saltunnel.cli.config.ConfigProblem;
import io.saltunnel.cli.config.Problems;
import io.saltunnel.cli.service.Supervisor;
import io.saltunnel.netty.address.Endpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the configuration file again at SIGHUP. Any thread. */
final class Reload implements HangUp {

    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);

    private final Path file;
    private final KeyRing keys;
    private final StatusPlan counting;

    /** What {@code [process]} said at the start, except the address of the status page, which a reload can change. */
    private final Map<String, Object> process;

    private volatile boolean succeeded = true;

    /** Whether a reload was requested after the last one began to read the file. */
    private final AtomicBoolean requested = new AtomicBoolean();

    /**
     * Makes a handler that reloads one file.
     *
     * @param keys lends the keys of all tunnels of the process
     * @param counting decides whether the tunnels of the process are counted
     * @param process what the file said about the process at the start
     */
    Reload(Path file, KeyRing keys, StatusPlan counting, Map<String, Object> process) {
        this.file = file;
        this.keys = keys;
        this.counting = counting;
        this.process = withoutStatus(process);
    }

    private static Map<String, Object> withoutStatus(Map<String, Object> process) {
        Map<String, Object> rest = new HashMap<>(process);
        rest.remove("--status");
        return rest;
    }

    @Override
    public void received(RunningTunnels running, StatusDoor status, Supervisor service, Runnable stop) {
        requested.set(true);
        synchronized (this) {
            if (requested.getAndSet(false)) {
                service.reloading();
                List<String> failures = reload(running, status);
                succeeded = failures.isEmpty();
                service.reloaded(failures);
            }
        }
    }

    @Override
    public StopRequests stopRequests() {
        return StopRequests.ofService();
    }

    @Override
    public Optional<Boolean> lastReloadSucceeded() {
        return Optional.of(succeeded);
    }

    /** Returns why nothing was changed; empty if the change was made. */
    private List<String> reload(RunningTunnels running, StatusDoor status) {
        List<String> failures = new ArrayList<>();
        try {
            Problems problems = new Problems();
            ConfiguredTunnels configured = ConfiguredTunnels.read(file, problems);
            PreparedTunnels prepared = configured.prepare(keys, counting.talliesFor(configured.status()));
            if (problems.none()) {
                problems.warnings().forEach(warning -> LOG.warn("{}", warning));
                failures.addAll(change(running, status, prepared, configured));
            } else {
                prepared.close();
                problems.all().stream().map(ConfigProblem::toString).forEach(failures::add);
            }
            failures.forEach(failure -> LOG.error("not reloaded: {}", CommandErrors.oneLine(failure)));
        } catch (RuntimeException | Error e) {
            failures.add(file + ": " + e);
            LOG.error("not reloaded: {}: {}", file, CommandErrors.oneLine(e.toString()), e);
        }
        return failures;
    }

    /** Returns why nothing was changed; empty if the change was made. */
    private List<String> change(
            RunningTunnels running, StatusDoor status, PreparedTunnels prepared, ConfiguredTunnels configured) {
        List<Endpoint> listen =
                configured.plans().stream().map(TunnelPlan::listen).toList();
        try {
            TunnelChange.Result result = status.moveTo(configured.status(), listen, () -> running.replaceBy(prepared));
            if (result.failures().isEmpty()) {
                tell(result, configured);
            }
            return result.failures();
        } catch (CommandFailure e) {
            prepared.close(); // the change of the tunnels has not begun
            return e.lines();
        }
    }

    private void tell(TunnelChange.Result result, ConfiguredTunnels configured) {
        LOG.info(
                "reloaded {}: {} started, {} changed, {} stopped, {} as before",
                file,
                Stopping.count(result.started(), "tunnel", "tunnels"),
                result.changed(),
                result.stopped(),
                result.kept());
        if (!withoutStatus(configured.processValues()).equals(process)) {
            LOG.warn(
                    "{}: what [process] says has changed. Except for status, that takes effect when the program is started"
                            + " again",
                    file);
        }
    }
}
