package io.saltunnel.cli;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;

/** Logs what happens to connections when tunnels stop: how many are open, and later how many were cut off. */
final class Stopping {

    private Stopping() {}

    /**
     * Logs how many connections are open, and in the end how many were cut off. Call this before stopping the tunnels.
     */
    static void tell(Logger log, Collection<RunningTunnel> tunnels) {
        Duration longest = tunnels.stream()
                .map(each -> each.plan().grace())
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        long open = tunnels.stream().mapToLong(RunningTunnel::ownConnections).sum();
        log.info("stopping; {}", open == 0 ? "no connection is open" : finish(open, longest));
        CompletableFuture<?>[] ends =
                tunnels.stream().map(each -> each.tunnel().stopped()).toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(ends).whenComplete((done, failure) -> tellOfCut(log, tunnels));
    }

    private static void tellOfCut(Logger log, Collection<RunningTunnel> tunnels) {
        long cut =
                tunnels.stream().mapToLong(each -> each.tunnel().stats().cut()).sum();
        if (cut > 0) {
            log.warn(
                    "stopped; {} cut off, which had not finished in time",
                    count(cut, "connection was", "connections were"));
        }
    }

    private static String finish(long open, Duration grace) {
        return count(open, "connection has", "connections have") + " " + grace.toMillis() / 1000.0 + " s to finish";
    }

    /** Writes a number with the singular or the plural of a word. */
    static String count(long number, String one, String several) {
        return number + " " + (number == 1 ? one : several);
    }
}
