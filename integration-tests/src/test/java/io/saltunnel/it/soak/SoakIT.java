package io.saltunnel.it.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.it.hostile.JunkFlood;
import io.saltunnel.netty.Tunnel;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.metrics.TunnelHoldings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Goal: two thousand applications make one connection after another, some slow, some idle, some aborting, beside a
 * flood of junk connections. Afterwards no buffer, file, memory, key or slot is left, every byte that arrived was
 * right, and no cut stream looked whole.
 *
 * <p>Runs for {@code saltunnel.soak.seconds}, 30 by default, and reports the totals at the end.
 */
@Isolated("it counts the threads, buffers and files of its own process")
@Timeout(900)
@Tag("jdk-independent")
class SoakIT {
    private static final int SECONDS = Integer.getInteger("saltunnel.soak.seconds", 30);
    private static final int APPLICATIONS = 2_000;
    private static final int A_FEW = 100;

    /** With room for connections that have ended for their application but not yet for the tunnel. */
    private static final int MAX_TUNNELS = APPLICATIONS * 5 / 4;

    private static final int JUNK_PER_SECOND = 5_000;
    private static final int FLOOD_THREADS = 12;

    /** Fewer than the flood keeps open: if all of those are accepted, some must be evicted. */
    private static final int MAX_UNAUTHENTICATED = 2_000;

    /** An application, the target, and both sides of client and server. */
    private static final int FILES_PER_CONNECTION = 6;

    private static final int FILES_BESIDE = 6_000;

    /**
     * The slabs that every event loop may keep, of 64 KiB each: one of 1 KiB slots, one of 8 KiB slots, four whole
     * ones.
     */
    private static final long MAX_KEPT_PER_LOOP = (64 + 64 + 256) << 10;

    /** The minimum; the key adds up to the same amount again. */
    private static final Duration SERVER_PATIENCE = Duration.ofSeconds(20);

    /** More than the server's with any key, so that only the server refuses. */
    private static final Duration CLIENT_PATIENCE = Duration.ofSeconds(45);

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Connections that were in progress when the flood ended still arrive. */
    private static final Duration STAYS_SO = Duration.ofMillis(500);

    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
    private final InstantSource clock = () -> Instant.now().plus(ahead.get());
    private final Refusals refusals = new Refusals();
    private final Tally tally = new Tally(refusals);

    @Test
    void nothingIsLeftAndEverythingWasRight() throws Exception {
        try (Leaks leaks = new Leaks();
                Warnings warnings = new Warnings();
                SecretMemory memory = SecretMemory.create();
                LongTermKey key = LongTermKey.random(RandomSource.system(), memory);
                Crowd crowd = new Crowd(tally);
                Tunnel server = server(key, crowd.target());
                Tunnel client =
                        client(key, (InetSocketAddress) server.boundAddress().toSocketAddress())) {
            crowd.come(A_FEW, client.boundAddress().toSocketAddress()); // create everything that is created once
            leave(crowd);
            await("the first are gone", server, client, () -> nobodyIsLeft(server, client));
            long files = OpenFiles.count();
            long secrets = memory.liveSecrets();

            long start = System.nanoTime();
            long junk;
            TunnelHoldings full;
            List<JunkFlood> floods =
                    flood((InetSocketAddress) server.boundAddress().toSocketAddress());
            try {
                crowd.come(applications(), client.boundAddress().toSocketAddress());
                Thread.sleep(Duration.ofSeconds(SECONDS).toMillis()); // waits for nothing: this is the duration
                full = server.holdings();
            } finally {
                floods.forEach(JunkFlood::close);
                junk = floods.stream().mapToLong(JunkFlood::opened).sum();
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            leave(crowd);
            await("all are gone", server, client, () -> nobodyIsLeft(server, client));
            await("all files are closed", () -> OpenFiles.count() <= files);
            say(seconds, junk, full, server);

            assertThat(tally.faults()).isEmpty();
            assertThat(warnings.heard()).isEmpty();
            assertThat(Plan.Kind.values()).allMatch(kind -> tally.doneCount(kind) > 0);
            assertThat(tally.doneCount() + tally.refusedCount()).isEqualTo(tally.startedCount());
            assertThat(refusals.byReason())
                    .as("refused, and the reason")
                    .allSatisfy((reason, count) -> assertThat(reason).doesNotContain(Refusals.UNKNOWN));
            assertThat(memory.liveSecrets()).as("keys").isEqualTo(secrets);
            assertThat(server.holdings().bufferBytes()).isLessThanOrEqualTo(mostKept());
            assertThat(client.holdings().bufferBytes()).isLessThanOrEqualTo(mostKept());
            assertThat(leaks.found()).isEmpty();

            // An application that aborts may be gone before its client has sent its hello; most don't abort.
            assertThat(server.holdings().rememberedHellos()).isGreaterThanOrEqualTo((int) tally.doneCount() / 2);
            ahead.set(Duration.ofHours(3));
            crowd.come(A_FEW, client.boundAddress().toSocketAddress());
            leave(crowd);
            await("the last are gone", server, client, () -> nobodyIsLeft(server, client));
            assertThat(server.holdings().rememberedHellos())
                    .as("hellos of the last, alone")
                    .isBetween(1, A_FEW);
            assertThat(tally.faults()).isEmpty();
            assertThat(warnings.heard()).isEmpty();
        }
    }

    /** Each leaves when its connection has ended. */
    private static void leave(Crowd crowd) {
        crowd.leave();
        await("the applications are gone", () -> crowd.present() == 0);
    }

    private static boolean nobodyIsLeft(Tunnel server, Tunnel client) {
        TunnelHoldings servers = server.holdings();
        TunnelHoldings clients = client.holdings();
        return servers.connections() + clients.connections() == 0
                && servers.buffers() + clients.buffers() == 0
                && servers.unauthenticated() + servers.tunnels() + servers.waiting() == 0;
    }

    private void say(double seconds, long junk, TunnelHoldings full, Tunnel server) {
        System.out.printf(
                Locale.ROOT,
                "soak: %.0f s; %s (%.0f/s); %,.0f junk connections/s of %,d asked for; refused: %s; "
                        + "server at the end of the load: %s; %s%n",
                seconds,
                tally,
                tally.doneCount() / seconds,
                junk / seconds,
                JUNK_PER_SECOND,
                refusals.byReason(),
                full,
                server.stats());
        refusals.details().forEach(System.out::println);
    }

    // ---- what takes part

    private Tunnel server(LongTermKey key, InetSocketAddress target) {
        return Tunnel.server(key)
                .listen(HostAndPort.parse("127.0.0.1:0"))
                .target(HostAndPort.of(target))
                .maxConnections(MAX_TUNNELS)
                .maxUnauthenticated(MAX_UNAUTHENTICATED)
                .handshakeTimeout(SERVER_PATIENCE)
                .stage(refusals)
                .clock(clock)
                .start()
                .join();
    }

    private Tunnel client(LongTermKey key, InetSocketAddress server) {
        return Tunnel.client(key)
                .listen(HostAndPort.parse("127.0.0.1:0"))
                .server(HostAndPort.of(server))
                .maxConnections(MAX_TUNNELS)
                .connectTimeout(CLIENT_PATIENCE)
                .handshakeTimeout(CLIENT_PATIENCE)
                .stage(refusals)
                .clock(clock)
                .start()
                .join();
    }

    private static List<JunkFlood> flood(InetSocketAddress server) {
        List<JunkFlood> floods = new ArrayList<>();
        for (JunkFlood.Kind kind : JunkFlood.Kind.values()) {
            floods.add(new JunkFlood(server, kind, FLOOD_THREADS, JUNK_PER_SECOND / JunkFlood.Kind.values().length));
        }
        return floods;
    }

    private static int applications() throws IOException {
        return (int) Math.max(10, Math.min(APPLICATIONS, (OpenFiles.most() - FILES_BESIDE) / FILES_PER_CONNECTION));
    }

    private static long mostKept() {
        return Runtime.getRuntime().availableProcessors() * MAX_KEPT_PER_LOOP;
    }

    /** A failed wait reports how far it got. */
    private static void await(String what, Tunnel server, Tunnel client, BooleanSupplier condition) {
        try {
            await(what, condition);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(
                    what + " does not come true: server " + server.holdings() + ", client " + client.holdings(), e);
        }
    }

    private static void await(String what, BooleanSupplier condition) {
        Awaitility.await(what)
                .atMost(PATIENCE)
                .during(STAYS_SO)
                .pollInterval(Duration.ofMillis(50))
                .until(condition::getAsBoolean);
    }
}
