package io.saltunnel.cli;

import io.saltunnel.cli.doctor.Finding;
import io.saltunnel.netty.Tunnel;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.metrics.TunnelEvents;
import io.saltunnel.netty.stage.ConnectionSummary;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Makes one connection through a client tunnel, to find out whether its server is there and has the key. For this the
 * tunnel listens on a free port instead of its own address. The server connects to its target, which sees a connection
 * that ends at once.
 */
final class ServerProbe implements TunnelEvents {

    private static final HostAndPort ANY_PORT = new HostAndPort("127.0.0.1", 0);
    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(5);
    private static final int PATIENCE_SECONDS = 90;

    private final PreparedTunnel tunnel;
    private final CompletableFuture<Finding> found = new CompletableFuture<>();

    ServerProbe(PreparedTunnel tunnel) {
        this.tunnel = tunnel;
    }

    /** Waits for the outcome: at most for the time of connecting and of the handshake. */
    Finding look() throws IOException, InterruptedException, ExecutionException, TimeoutException {
        try (Tunnel probe = tunnel.plan()
                        .configure(tunnel.keys().set())
                        .listen(ANY_PORT)
                        .connectTimeout(CONNECT_PATIENCE)
                        .events(this)
                        .start()
                        .join();
                Socket application = new Socket(InetAddress.getByName(ANY_PORT.host()), probe.boundPort())) {
            application.setSoLinger(true, 0);
            return found.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    private String servers() {
        return tunnel.plan().to().stream().map(Endpoint::toString).collect(Collectors.joining(","));
    }

    @Override
    public void proved(long handshakeNanos) {
        found.complete(Finding.ok(servers() + " proves the key, " + handshakeNanos / 1_000_000
                + " ms after connecting; both clocks agree within an hour"));
    }

    @Override
    public void handshakeFailed(HandshakeFailedException cause) {
        found.complete(Finding.failed(
                "no handshake with " + servers() + ": " + cause.getMessage(),
                "compare with the server: its key's fingerprint ("
                        + tunnel.keys().named()
                        + " here), its name and version of the protocol, and its clock ("
                        + Instant.now().truncatedTo(ChronoUnit.SECONDS)
                        + " here); its log says once a minute what it refuses"));
    }

    @Override
    public void connectFailed(Throwable cause) {
        found.complete(Finding.failed(
                String.valueOf(cause.getMessage()),
                "start the server, or check the address and the firewalls on the way"));
    }

    @Override
    public void ended(ConnectionSummary summary) {
        found.complete(
                Finding.advice("not tried: this tunnel takes no connections from this machine", "see allow-from"));
    }
}
