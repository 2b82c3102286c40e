package io.saltunnel.cli;

import io.saltunnel.netty.Transport;
import io.saltunnel.netty.Tunnel;
import io.saltunnel.netty.TunnelEnvironment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Tunnels as a process: they run until a signal ends them. */
final class TunnelProgram {

    private static final Logger LOG = LoggerFactory.getLogger(TunnelProgram.class);

    /** A tunnel that runs, and what it was to be. */
    private record Running(TunnelPlan plan, Tunnel tunnel) {}

    /** The first fault ends the program. */
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

    private final Transport transport;
    private final List<Running> running = new ArrayList<>();

    private TunnelProgram(Transport transport) {
        this.transport = transport;
    }

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
        try (PreparedTunnels prepared = PreparedTunnels.of(List.of(plan), List.of())) {
            run(prepared, transport);
        }
    }

    /**
     * Runs tunnels; returns when all have stopped after a signal.
     *
     * @throws CommandFailure if one can't be started, with the reasons of all that can't; none is left running then
     */
    static void run(PreparedTunnels prepared, Transport transport) {
        LockWatch locks = new LockWatch();
        locks.begin();
        try (TunnelEnvironment environment =
                TunnelEnvironment.builder().transport(transport).build()) {
            new TunnelProgram(transport).run(prepared, environment, locks);
        }
    }

    private void run(PreparedTunnels prepared, TunnelEnvironment environment, LockWatch locks) {
        List<String> failures = new ArrayList<>();
        for (PreparedTunnels.Prepared tunnel : prepared.tunnels()) {
            start(tunnel, environment).ifPresent(failures::add);
        }
        if (!failures.isEmpty()) {
            throw new CommandFailure(failures, null);
        }
        StopSignals.install(this::stop);
        running.forEach(this::announce);
        locks.watchUntil(CompletableFuture.allOf(
                running.stream().map(each -> each.tunnel.stopped()).toArray(CompletableFuture<?>[]::new)));
    }

    /** Starts one, or returns why it can't. */
    private Optional<String> start(PreparedTunnels.Prepared prepared, TunnelEnvironment environment) {
        TunnelPlan plan = prepared.plan();
        try {
            Tunnel tunnel = prepared.builder().environment(environment).start().join();
            running.add(new Running(plan, tunnel));
            LOG.debug(
                    "{}key {}, transport {}, at most {} connections",
                    plan.prefix(),
                    prepared.key().fingerprint(),
                    transport.resolve(),
                    plan.maxConnections());
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            plan.faults().found("", String.valueOf(e.getMessage()));
            return Optional.of(plan.prefix() + e.getMessage());
        } catch (UnsupportedOperationException e) {
            return Optional.of(plan.prefix() + e.getMessage());
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            LOG.trace("{}cannot listen", plan.prefix(), cause);
            return Optional.of(plan.prefix() + ListenFailure.at(plan.listen(), cause));
        }
    }

    private void announce(Running each) {
        LOG.info("{}listening on {}, forwarding to {}", each.plan.prefix(), each.tunnel.boundAddress(), each.plan.to());
    }

    private void stop() {
        Duration longest = running.stream()
                .map(each -> each.plan.grace())
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        LOG.info("stopping; connections have {} s to finish", longest.toMillis() / 1000.0);
        running.forEach(each -> each.tunnel.stop(each.plan.grace()));
    }
}
