package io.saltunnel.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tunnels that stopped listening during a change, because another tunnel needs their address. If the change fails,
 * they {@linkplain #resume listen again}. One thread.
 */
final class PausedTunnels {

    private static final Logger LOG = LoggerFactory.getLogger(PausedTunnels.class);

    /** The grace time of a tunnel that stops listening before the change is certain. */
    private static final Duration NO_LIMIT = Duration.ofDays(10_000);

    /**
     * A tunnel that stopped listening.
     *
     * @param again the same settings with their own loans of the keys, because the tunnel returns its loans as soon as
     *     it has no connection
     */
    private record Paused(RunningTunnel tunnel, PreparedTunnel again) {}

    private final TunnelHost host;
    private final List<Paused> all = new ArrayList<>();

    PausedTunnels(TunnelHost host) {
        this.host = host;
    }

    /**
     * Makes a tunnel stop listening, and waits until it has. Its connections stay open. Does nothing the second time.
     */
    void pause(RunningTunnel tunnel) {
        if (!tunnel.isListening()) {
            return;
        }
        all.add(new Paused(tunnel, tunnel.prepared().again()));
        tunnel.tunnel().stop(NO_LIMIT);
        tunnel.awaitListeningEnded();
    }

    /** Call this once the change is certain: the tunnels won't listen again. */
    void release() {
        all.forEach(each -> each.again.close());
    }

    /**
     * Undoes the pauses. A new tunnel with the same settings follows each paused one, and counts its connections.
     *
     * @param before all tunnels before the change
     * @param started receives each tunnel that was started
     * @return the tunnels of the configuration in force. One that can't listen again is still among them
     */
    List<RunningTunnel> resume(List<RunningTunnel> before, Consumer<RunningTunnel> started) {
        List<RunningTunnel> tunnels = new ArrayList<>(before);
        for (Paused each : all) {
            try {
                RunningTunnel again = RunningTunnel.start(each.again, host);
                again.follow(each.tunnel);
                tunnels.replaceAll(tunnel -> tunnel == each.tunnel ? again : tunnel);
                started.accept(again);
            } catch (RunningTunnel.Failure e) {
                each.again.close();
                LOG.error("{}; it doesn't listen any more. Reload again to retry", e.getMessage());
            }
        }
        return tunnels;
    }
}
