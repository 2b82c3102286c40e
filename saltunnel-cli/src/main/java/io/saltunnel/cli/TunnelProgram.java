package io.saltunnel.cli;

import io.saltunnel.cli.service.Supervisor;
import io.saltunnel.netty.Transport;
import io.saltunnel.netty.TunnelEnvironment;
import io.saltunnel.netty.address.Endpoint;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Runs tunnels as a process, until a signal ends them. */
final class TunnelProgram {

    private static final Logger LOG = LoggerFactory.getLogger(TunnelProgram.class);

    /** The faults of a command line, of which the first ends the program. */
    record OfCommandLine(CommandLine command) implements Choices.Faults {

        @Override
        public void found(String option, String what) {
            throw option.equals(TunnelPlan.KEY)
                    ? new CommandFailure(what, null)
                    : new ParameterException(command, what);
        }

        @Override
        public void warned(String option, String what) {
            LOG.warn(what);
        }
    }

    /** Ends without an exception. */
    @FunctionalInterface
    private interface Closing extends AutoCloseable {

        @Override
        void close();
    }

    private TunnelProgram() {}

    /**
     * Runs the tunnel of the command line; returns when it has stopped after a signal.
     *
     * @param replays where replays are remembered beyond this process; null for a side that has none
     * @throws ParameterException if an option is wrong
     * @throws CommandFailure if it can't be started
     */
    static void runOne(
            TunnelCommand tunnel, ProcessOptions options, @Nullable ReplayOptions replays, CommandLine command) {
        ProcessSetup.chooseProperties();
        Choices.Faults faults = new OfCommandLine(command);
        TunnelPlan plan = TunnelPlan.of("", tunnel, faults).orElseThrow();
        PlanChecks.check(List.of(plan));
        Choices choices = new Choices(faults);
        Transport transport = choices.read("--transport", options.transport, ProcessSetup::transport)
                .orElseThrow();
        Optional<Endpoint> address = Optional.ofNullable(options.status)
                .flatMap(text -> choices.read("--status", text, StatusPlan::address));
        ReplayPlan remembering = replays == null ? ReplayPlan.NONE : ReplayPlan.of(replays, choices, faults);
        StatusPlan status = StatusPlan.of(address, ProcessSetup.protect(options, transport));
        try (KeyRing keys = new KeyRing()) {
            PreparedTunnels prepared = PreparedTunnels.of(List.of(plan), List.of(), keys, status.tallies());
            run(prepared, transport, HangUp.STOP, status, remembering);
        }
    }

    /**
     * Runs tunnels; returns when all have stopped after a signal.
     *
     * @param prepared the tunnels, which this takes over
     * @param hangUp what SIGHUP does
     * @param status whether there is a status server at the start. It lives as long as the tunnels
     * @param replays where replays are remembered beyond this process
     * @throws CommandFailure if one can't be started, with the reasons of all that can't; none is left running then
     */
    @SuppressWarnings("try") // the memory of replays is only opened and closed
    static void run(
            PreparedTunnels prepared, Transport transport, HangUp hangUp, StatusPlan status, ReplayPlan replays) {
        LockWatch locks = new LockWatch();
        locks.begin();
        try (ReplayHandover memory = ReplayHandover.open(replays.file());
                TunnelEnvironment environment =
                        TunnelEnvironment.builder().transport(transport).build()) {
            Optional<SharedStore> store = replays.store().map(plan -> SharedStore.open(plan, environment));
            RunningTunnels running = new RunningTunnels(new TunnelHost(environment, store));
            StatusView view = new StatusView(running, hangUp, status.warnings(), store);
            try (Closing shared = () -> store.ifPresent(SharedStore::close);
                    StatusDoor door = new StatusDoor(view);
                    Supervisor service = Supervisor.ofEnvironment(running::openConnections)) {
                door.open(status.address());
                service.begin(environment::turn);
                ProgramSignals.install(running, door, service, hangUp);
                List<String> failures = running.replaceBy(prepared).failures();
                if (!failures.isEmpty()) {
                    throw new CommandFailure(failures, null);
                }
                view.started();
                service.ready();
                LOG.debug(
                        "transport {}, status server: {}",
                        transport.resolve(),
                        status.address().isPresent());
                locks.watchUntil(running.ended());
            }
        }
    }
}
