package io.saltunnel.cli.status;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** The answers for supervisors: whether the process lives, and whether new connections should be sent to it. One thread. */
final class Probes {

    /** How long a server's proof of the key counts. */
    static final Duration PROOF_LIFE = Duration.ofSeconds(30);

    /** The shortest time between two requests to a server, however often {@code /readyz} is asked. */
    static final Duration ASK_PERIOD = Duration.ofSeconds(2);

    private final ProcessView process;
    private final Function<ServerContact, CompletableFuture<Optional<String>>> probe;
    private final LongSupplier nanoTime;

    /** The last request for each tunnel under its present settings, of which each has its own object. */
    private final Map<LastProof, Request> requests = new HashMap<>();

    /**
     * A request to a server to prove the key.
     *
     * @param fault empty if the server did, otherwise why it did not
     */
    private record Request(long begun, CompletableFuture<Optional<String>> fault) {}

    /**
     * The probes of a process.
     *
     * @param probe asks a server to prove the key, as {@link ServerProbe#ask}
     * @param nanoTime as {@link System#nanoTime()}
     */
    Probes(
            ProcessView process,
            Function<ServerContact, CompletableFuture<Optional<String>>> probe,
            LongSupplier nanoTime) {
        this.process = process;
        this.probe = probe;
        this.nanoTime = nanoTime;
    }

    /** Always succeeds: a process that isn't alive doesn't answer at all. */
    Answer live() {
        return Answer.text(HttpResponseStatus.OK, "ok\n");
    }

    /** Whether all tunnels listen, clients can be admitted, and the process isn't draining. */
    Answer ready() {
        return answer(reasons(process.tunnels()));
    }

    /** The same, and whether each client's server has proved the key lately. Asks a server if no connection made it do so. */
    CompletableFuture<Answer> deeplyReady() {
        List<TunnelView> tunnels = process.tunnels();
        List<String> reasons = reasons(tunnels);
        if (!reasons.isEmpty()) {
            return CompletableFuture.completedFuture(answer(reasons));
        }
        List<TunnelView> stale = tunnels.stream()
                .filter(tunnel -> tunnel.side() == TunnelView.Side.CLIENT)
                .filter(tunnel -> !tunnel.lastProof().within(PROOF_LIFE))
                .toList();
        requests.keySet().retainAll(stale.stream().map(TunnelView::lastProof).toList());
        List<CompletableFuture<Optional<String>>> faults = stale.stream()
                .map(tunnel -> fault(tunnel).thenApply(fault -> fault.map(why -> describe(tunnel, why))))
                .toList();
        return CompletableFuture.allOf(faults.toArray(new CompletableFuture<?>[0]))
                .thenApply(done -> answer(
                        faults.stream().flatMap(fault -> fault.join().stream()).toList()));
    }

    private static String describe(TunnelView tunnel, String why) {
        return "tunnel " + tunnel.name() + ": its server has not proved the key within the last "
                + PROOF_LIFE.toSeconds() + " s: " + why;
    }

    private CompletableFuture<Optional<String>> fault(TunnelView tunnel) {
        long now = nanoTime.getAsLong();
        Request known = requests.get(tunnel.lastProof());
        if (known != null && (!known.fault.isDone() || now - known.begun < ASK_PERIOD.toNanos())) {
            return known.fault;
        }
        CompletableFuture<Optional<String>> fault = process.contact(tunnel.name())
                .map(probe)
                .orElseGet(() -> CompletableFuture.completedFuture(Optional.of("the tunnel has ended")))
                .thenApply(why -> {
                    if (why.isEmpty()) {
                        tunnel.lastProof().now();
                    }
                    return why;
                });
        requests.put(tunnel.lastProof(), new Request(now, fault));
        return fault;
    }

    private List<String> reasons(List<TunnelView> tunnels) {
        List<String> reasons = new ArrayList<>();
        switch (process.phase()) {
            case STARTING -> reasons.add("starting");
            case DRAINING -> reasons.add("draining");
            case RUNNING -> {}
        }
        tunnels.stream()
                .filter(tunnel -> !tunnel.listening())
                .forEach(tunnel -> reasons.add("tunnel " + tunnel.name() + ": not listening"));
        process.replayMemory()
                .filter(ReplayMemoryView::needed)
                .flatMap(ReplayMemoryView::fault)
                .ifPresent(why -> reasons.add("the store of replays can't be asked: " + why));
        return reasons;
    }

    private static Answer answer(List<String> reasons) {
        return reasons.isEmpty()
                ? Answer.text(HttpResponseStatus.OK, "ok\n")
                : Answer.refusal(HttpResponseStatus.SERVICE_UNAVAILABLE, String.join("\n", reasons));
    }
}
