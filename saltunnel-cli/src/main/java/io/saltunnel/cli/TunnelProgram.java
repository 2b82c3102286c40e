package io.saltunnel.cli;

import io.saltunnel.netty.Transport;
import io.saltunnel.netty.TunnelEnvironment;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Runs tunnels as a process, until a signal ends them. */
final class TunnelProgram {

    private static final Logger LOG = LoggerFactory.getLogger(TunnelProgram.class);

    /** The faults of a command line, of which the first ends the program. */
    private record OfCommandLine(CommandLine command) implements Choices.Faults {

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

    private TunnelProgram() {}

    /**
     * Runs the tunnel of the command line; returns when it has stopped after a signal.
     *
     * @throws ParameterException if an option is wrong
     * @throws CommandFailure if it can't be started
     */
    static void runOne(TunnelCommand tunnel, ProcessOptions options, CommandLine command) {
        ProcessSetup.chooseProperties();
        Choices.Faults faults = new OfCommandLine(command);
        TunnelPlan plan = TunnelPlan.of("", tunnel, faults).orElseThrow();
        Transport transport = new Choices(faults)
                .read("--transport", options.transport, ProcessSetup::transport)
                .orElseThrow();
        ProcessSetup.protect(options, transport);
        try (KeyRing keys = new KeyRing()) {
            run(PreparedTunnels.of(List.of(plan), List.of(), keys), transport, HangUp.STOP);
        }
    }

    /**
     * Runs tunnels; returns when all have stopped after a signal.
     *
     * @param prepared the tunnels, which this takes over
     * @param hangUp what SIGHUP does
     * @throws CommandFailure if one can't be started, with the reasons of all that can't; none is left running then
     */
    static void run(PreparedTunnels prepared, Transport transport, HangUp hangUp) {
        LockWatch locks = new LockWatch();
        locks.begin();
        try (TunnelEnvironment environment =
                TunnelEnvironment.builder().transport(transport).build()) {
            RunningTunnels running = new RunningTunnels(environment);
            ProgramSignals.install(running, hangUp);
            List<String> failures = running.replaceBy(prepared).failures();
            if (!failures.isEmpty()) {
                throw new CommandFailure(failures, null);
            }
            LOG.debug("transport {}", transport.resolve());
            locks.watchUntil(running.ended());
        }
    }
}
