package io.saltunnel.cli;

import io.saltunnel.cli.config.ConfigProblem;
import io.saltunnel.cli.config.Problems;
import io.saltunnel.cli.doctor.Check;
import io.saltunnel.cli.doctor.Finding;
import io.saltunnel.netty.TunnelEnvironment;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.HostAndPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The checks of doctor for the tunnels of a configuration file: keys, open files, ports, and the other ends. */
final class TunnelChecks {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final String FOR_REPORT = "see the reason";

    private TunnelChecks() {}

    /**
     * The checks of a file.
     *
     * @param file as the user named it
     * @param problems the errors and warnings of the file and its key files
     * @param tunnels those that can be started; they must stay open while the checks run
     */
    static List<Check> of(Path file, Problems problems, List<PreparedTunnel> tunnels) {
        List<Check> checks = new ArrayList<>();
        problems.all().forEach(problem -> checks.add(found("configuration", Finding.Verdict.FAILED, problem)));
        problems.warnings().forEach(warning -> checks.add(found("configuration", Finding.Verdict.ADVICE, warning)));
        if (checks.isEmpty()) {
            checks.add(check(
                    "configuration",
                    () -> Finding.ok(file + " has "
                            + Stopping.count(tunnels.size(), "tunnel", "tunnels")
                            + "; no other user can read or replace the key files")));
        }
        checks.add(check(
                "open files of all tunnels",
                () -> openFiles(
                        OpenFilesLimit.neededBy(
                                tunnels.stream().map(PreparedTunnel::plan).toList()),
                        OpenFilesLimit.ofProcess())));
        tunnels.forEach(each -> addAll(checks, each));
        return checks;
    }

    /** The check of the store of replays. */
    static Check store(ReplayPlan.Store store) {
        return check("store of replays", () -> {
            try (TunnelEnvironment environment =
                            TunnelEnvironment.builder().threads(1).build();
                    SharedStore shared = SharedStore.open(store, environment)) {
                return shared.view()
                        .fault()
                        .map(why -> Finding.failed(
                                store.address() + " can't be asked: " + why,
                                "start the store, or compare its address, its password, and what its user may do"))
                        .orElseGet(() -> Finding.ok(store.address() + " remembers"));
            }
        });
    }

    private static void addAll(List<Check> checks, PreparedTunnel tunnel) {
        TunnelPlan plan = tunnel.plan();
        String name = "tunnel " + plan.label() + ", ";
        checks.add(check(
                name + "key",
                () -> Finding.ok((tunnel.keys().set().size() == 1 ? "its fingerprint is " : "the keys are ")
                        + tunnel.keys().named())));
        if (plan.listen() instanceof HostAndPort tcp && tcp.port() != 0) {
            checks.add(check(name + "port", () -> port(tcp)));
        }
        switch (plan.mode()) {
            case CLIENT -> plan.to().forEach(to -> checks.add(check(name + "server", () -> server(tunnel, to))));
            case SERVER ->
                plan.to().forEach(to -> {
                    if (to instanceof HostAndPort tcp) {
                        checks.add(check(name + "target", () -> target(tcp)));
                    }
                });
        }
    }

    private static Check check(String name, Check.Look look) {
        return new Check(name, look, FOR_REPORT);
    }

    private static Check found(String name, Finding.Verdict verdict, ConfigProblem problem) {
        return check(name, () -> new Finding(verdict, CommandErrors.oneLine(problem.toString())));
    }

    static Finding openFiles(long needed, Optional<Long> limit) {
        return limit.filter(allowed -> allowed < needed)
                .map(allowed -> Finding.advice(
                        needed + " are needed if all tunnels have as many connections as they may, and " + allowed
                                + " are allowed",
                        "raise the limit with `ulimit -n " + needed + "` (shell), `LimitNOFILE=" + needed
                                + "` (systemd) or `--ulimit nofile=" + needed + "` (docker), or lower -m"))
                .orElseGet(() -> Finding.ok(needed + " are needed at most"
                        + limit.map(allowed -> ", " + allowed + " are allowed").orElse("")));
    }

    static Finding port(HostAndPort listen) {
        try (ServerSocketChannel socket = ServerSocketChannel.open()) {
            socket.bind(address(listen));
            return Finding.ok(listen + " is free");
        } catch (IOException | RuntimeException e) {
            return Finding.advice(
                    ListenFailure.at(listen, e),
                    "all is well if this tunnel runs already; otherwise choose another address, or end the program that has it");
        }
    }

    /**
     * Makes a handshake that the server's target doesn't notice. Nothing listens here, so the options for listening
     * don't matter.
     */
    private static Finding server(PreparedTunnel tunnel, Endpoint to) throws InterruptedException {
        TunnelPlan plan = tunnel.plan();
        try (Ping ping = new Ping(
                tunnel.keys().set().first(),
                plan.clientHandshakes().withHandshakeTimeout(plan.handshakeTimeout(PATIENCE)),
                Optional.of(PATIENCE),
                Ping.Reach.SERVER)) {
            Ping.Answer answer = ping.once(to);
            String found = to + ": " + answer.line();
            if (answer.good()) {
                return Finding.ok(found);
            }
            String whatToDo = "start the server, or compare with it: its key's fingerprint is to be "
                    + tunnel.keys().named() + "; its log says once a minute what it refuses";
            return plan.hasOwnStages()
                    ? Finding.advice(found, whatToDo + "; the stages of this tunnel were left out of this")
                    : Finding.failed(found, whatToDo);
        }
    }

    static Finding target(HostAndPort to) {
        try (Socket socket = new Socket()) {
            socket.connect(address(to), (int) PATIENCE.toMillis());
            return Finding.ok(to + " accepts connections");
        } catch (IOException e) {
            return Finding.advice(
                    to + " accepts no connection: "
                            + (e instanceof UnknownHostException
                                    ? "the name does not resolve"
                                    : String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT)),
                    "start the program that listens there, or check the address");
        }
    }

    /** Looks up the name. */
    private static InetSocketAddress address(HostAndPort endpoint) {
        return endpoint.host().isEmpty()
                ? new InetSocketAddress(endpoint.port())
                : new InetSocketAddress(endpoint.host(), endpoint.port());
    }
}
