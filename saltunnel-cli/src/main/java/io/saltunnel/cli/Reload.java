package io.saltunnel.cli;

import io.saltunnel.cli.config.ConfigProblem;
import io.saltunnel.cli.config.Problems;
import io.saltunnel.cli.status.Tallies;
import java.nio.file.Path;
import java.util.ArrayList;
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
    private final Tallies tallies;

    /** What {@code [process]} said at the start. */
    private final Map<String, Object> process;

    private volatile boolean succeeded = true;

    /** Whether a request came after the last reading of the file began. */
    private final AtomicBoolean requested = new AtomicBoolean();

    /**
     * Makes a handler that reloads one file.
     *
     * @param keys lends the keys of all tunnels of the process
     * @param tallies of the tunnels of the process
     * @param process what the file said about the process at the start
     */
    Reload(Path file, KeyRing keys, Tallies tallies, Map<String, Object> process) {
        this.file = file;
        this.keys = keys;
        this.tallies = tallies;
        this.process = process;
    }

    @Override
    public void received(RunningTunnels running, Runnable stop) {
        requested.set(true);
        synchronized (this) {
            if (requested.getAndSet(false)) {
                reload(running);
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

    private void reload(RunningTunnels running) {
        try {
            List<String> failures = new ArrayList<>();
            Problems problems = new Problems();
            ConfiguredTunnels configured = ConfiguredTunnels.read(file, problems);
            PreparedTunnels prepared = configured.prepare(keys, tallies);
            if (problems.none()) {
                problems.warnings().forEach(warning -> LOG.warn("{}", warning));
                TunnelChange.Result result = running.replaceBy(prepared);
                failures.addAll(result.failures());
                if (failures.isEmpty()) {
                    tell(result, configured);
                }
            } else {
                prepared.close();
                problems.all().stream().map(ConfigProblem::toString).forEach(failures::add);
            }
            succeeded = failures.isEmpty();
            failures.forEach(failure -> LOG.error("not reloaded: {}", CommandErrors.oneLine(failure)));
        } catch (RuntimeException | Error e) {
            succeeded = false;
            LOG.error("not reloaded: {}", file, e);
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
        if (!configured.processValues().equals(process)) {
            LOG.warn("{}: what [process] says has changed, and takes effect when the program is started again", file);
        }
    }
}
