package io.saltunnel.cli;

import io.saltunnel.core.key.KeyLabel;
import io.saltunnel.core.secret.MemoryLockStatus;
import io.saltunnel.netty.metrics.KeyStats;
import io.saltunnel.netty.metrics.TunnelStats;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;

/** Logs what the process does at the moment, in lines that fit on one screen. */
final class Summary {

    /** The most tunnels that get their own line; the others are summed up. */
    private static final int MOST_TUNNELS = 18;

    private Summary() {}

    static void log(Logger log, RunningTunnels running) {
        List<RunningTunnel> tunnels = running.current().stream()
                .sorted(Comparator.comparingLong(RunningTunnel::connections).reversed())
                .toList();
        long open = tunnels.stream().mapToLong(RunningTunnel::connections).sum();
        log.info(
                "{}, {} open, up for {}, {} KiB of memory for keys and data locked",
                Stopping.count(tunnels.size(), "tunnel", "tunnels"),
                Stopping.count(open, "connection", "connections"),
                uptime(),
                MemoryLockStatus.ofProcess().lockedBytes() / 1024);
        tunnels.stream().limit(MOST_TUNNELS).forEach(each -> log.info("{}", line(each)));
        if (tunnels.size() > MOST_TUNNELS) {
            log.info(
                    "and {} with {} open",
                    Stopping.count(tunnels.size() - MOST_TUNNELS, "more tunnel", "more tunnels"),
                    Stopping.count(
                            tunnels.stream()
                                    .skip(MOST_TUNNELS)
                                    .mapToLong(RunningTunnel::connections)
                                    .sum(),
                            "connection",
                            "connections"));
        }
    }

    private static String line(RunningTunnel each) {
        TunnelPlan plan = each.plan();
        TunnelStats stats = each.tunnel().stats();
        return "%s%s on %s to %s: %d of %d open, %d finished, %d reset, %d handshakes and %d connects failed, %d bytes in and %d out of the tunnel%s"
                .formatted(
                        plan.prefix(),
                        plan.mode(),
                        each.tunnel().boundAddress(),
                        plan.destination(),
                        each.connections(),
                        plan.maxConnections(),
                        stats.completed(),
                        stats.aborted(),
                        stats.handshakesFailed(),
                        stats.connectsFailed(),
                        stats.plainBytes(),
                        stats.wireBytes(),
                        keys(each));
    }

    /**
     * Says how often each key in force was proved, and each removed key that open connections have. Empty if there is
     * only one, which the line at the start names.
     */
    private static String keys(RunningTunnel each) {
        List<KeyLabel> inForce = each.prepared().keys().set().labels();
        List<KeyStats> keys = each.tunnel().keyStats().stream()
                .filter(key -> key.open() > 0 || inForce.contains(key.key()))
                .toList();
        return keys.size() == 1
                ? ""
                : keys.stream()
                        .map(key -> "key %s: %d open, %d in all".formatted(key.key(), key.open(), key.proved()))
                        .collect(Collectors.joining("; ", "; ", ""));
    }

    private static String uptime() {
        Instant now = Instant.now();
        Duration up =
                Duration.between(ProcessHandle.current().info().startInstant().orElse(now), now);
        return "%d d %02d:%02d:%02d".formatted(up.toDays(), up.toHoursPart(), up.toMinutesPart(), up.toSecondsPart());
    }
}
