package io.saltunnel.netty;

import io.saltunnel.core.key.KeySet;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.key.NamedKey;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.internal.link.RunningTunnel;
import io.saltunnel.netty.metrics.KeyStats;
import io.saltunnel.netty.metrics.TunnelHoldings;
import io.saltunnel.netty.metrics.TunnelStats;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * A running client or server. It accepts connections until it is stopped. The code that started it owns it, and has to
 * stop or close it. Any thread.
 *
 * {@snippet lang="java" :
 * try (LongTermKey key = LongTermKey.load(keyFile); // 32 bytes, the same on both sides
 *         Tunnel tunnel =
 *                 Tunnel.client(key).listen(listen).server(server).start().join()) {
 *     port = tunnel.boundPort();
 * }
 * }
 */
public final class Tunnel implements AutoCloseable {
    private final RunningTunnel running;

    Tunnel(RunningTunnel running) {
        this.running = running;
    }

    /**
     * Begins to configure a client.
     *
     * @param key the long-term key; borrowed, must stay open until the tunnel has stopped
     * @return a builder with all defaults
     */
    public static ClientBuilder client(LongTermKey key) {
        return new ClientBuilder(KeySet.of(key));
    }

    /**
     * Begins to configure a client whose key has a name, for the access log and the counts.
     *
     * @param key the long-term key; borrowed, must stay open until the tunnel has stopped
     * @return a builder with all defaults
     */
    public static ClientBuilder client(NamedKey key) {
        return new ClientBuilder(KeySet.of(List.of(Objects.requireNonNull(key, "key"))));
    }

    /**
     * Begins to configure a server.
     *
     * @param key the long-term key; borrowed, must stay open until the tunnel has stopped
     * @return a builder with all defaults
     */
    public static ServerBuilder server(LongTermKey key) {
        return new ServerBuilder(KeySet.of(key));
    }

    /**
     * Begins to configure a server that takes clients of any of several keys. So a key is replaced without a moment in
     * which a client can't connect: {@linkplain #reconfigure give} the server the new key beside the old one, then each
     * client the new key, then take the old one from the server. {@link #keyStats} tells whether a client still uses it.
     *
     * @param keys the long-term keys; borrowed, must stay open until the tunnel has stopped. A stranger costs the server
     *     one attempt to open a hello for each
     * @return a builder with all defaults
     */
    public static ServerBuilder server(KeySet keys) {
        return new ServerBuilder(keys);
    }

    /**
     * The address it listens on.
     *
     * @return a numeric address with the actual port, also if port 0 was requested, or the path of a UNIX domain
     *     socket; valid after the end too
     */
    public Endpoint boundAddress() {
        return running.boundAddress();
    }

    /**
     * The TCP port it listens on.
     *
     * @return from 1 to 65535; valid after the end too
     * @throws IllegalStateException if it listens on a UNIX domain socket
     */
    public int boundPort() {
        if (running.boundAddress() instanceof HostAndPort address) {
            return address.port();
        }
        throw new IllegalStateException(running.boundAddress() + " has no port");
    }

    /**
     * The address it forwards to, or the first one of several.
     *
     * @return as configured
     */
    public Endpoint target() {
        return targets().get(0);
    }

    /**
     * The addresses it forwards to.
     *
     * @return as configured, in the same order; one or more
     */
    public List<Endpoint> targets() {
        return running.runtime().targets();
    }

    /**
     * Returns counts of the events so far.
     *
     * @return a snapshot
     */
    public TunnelStats stats() {
        return running.runtime().stats();
    }

    /**
     * Returns what it holds at the moment.
     *
     * @return a snapshot
     */
    public TunnelHoldings holdings() {
        return running.runtime().holdings();
    }

    /**
     * Returns which keys connections have proved.
     *
     * @return a snapshot: the keys of the settings in force, in their order, then others that were proved earlier, by
     *     name and fingerprint
     */
    public List<KeyStats> keyStats() {
        return running.runtime().keyStats();
    }

    /**
     * Resets the connections that have proved a key which the settings in force don't have, and connections that were
     * accepted under earlier settings and prove such a key from now on. Without this call, a {@linkplain #reconfigure
     * reconfiguration} leaves them alone. Call it if others have got hold of a key. Returns at once; the resets follow
     * on the connections' event loops.
     */
    public void revokeFormerKeys() {
        running.revokeFormerKeys();
    }

    /**
     * Resets the connections that have proved another key than these, and connections that prove another key from now
     * on. For a tunnel that was told to stop, which takes no other settings any more, while its last connections may
     * still have keys that are removed meanwhile. Returns at once; the resets follow on the connections' event loops.
     *
     * @param allowed the keys that are not revoked; only their checksums are read
     */
    public void revokeAllKeysBut(KeySet allowed) {
        running.revokeAllKeysBut(Objects.requireNonNull(allowed, "allowed"));
    }

    /**
     * Changes the settings of the running tunnel. Open connections keep the key, the target, the time-outs and the
     * stages that they began with. Connections accepted from now on use the new settings. The listening socket stays
     * open all the time. A lower cap closes no connection: the tunnel accepts again once fewer connections are open.
     *
     * <p>Each reconfiguration has its own stages. So a {@linkplain TunnelBuilder#bandwidthPerTunnel bandwidth of all
     * connections together} is shared only by connections accepted under the same settings, and a stage's {@code
     * tunnelStopped()} is called when the last connection under its settings has ended.
     *
     * @param settings a builder for a tunnel of the same role, with all its settings; the address to listen on, the
     *     environment or event loops and buffer memory, and the transport must be those that the tunnel was started
     *     with. Later changes to the builder have no effect
     * @return completes when the last connection under the previous settings has ended, on a thread that must not be
     *     blocked. The key of the previous settings has to stay open until then
     * @throws IllegalArgumentException if the tunnel can't take over these settings. After this or any other exception,
     *     nothing has changed
     * @throws IllegalStateException if an address is missing, the key of a server is closed, or the tunnel was told to
     *     stop
     * @throws UnsupportedOperationException if it connects to a UNIX domain socket, and the transport has none
     * @throws io.saltunnel.core.secret.MemoryLockException if memory for secrets must be locked, and can't be
     */
    public CompletableFuture<Void> reconfigure(TunnelBuilder<?> settings) {
        Objects.requireNonNull(settings, "settings");
        return running.reconfigure(settings.settings).copy();
    }

    /**
     * Returns a future for the end of the tunnel.
     *
     * @return completes when the tunnel has stopped for any reason, on a thread that must not be blocked; cancelling it
     *     has no effect
     */
    public CompletableFuture<Void> stopped() {
        return running.end().stopped();
    }

    /**
     * Returns a future for the end of listening.
     *
     * @return completes when the tunnel has stopped listening, and another socket may listen on the address.
     *     Connections may still be open. Completes on a thread that must not be blocked; cancelling it has no effect
     */
    public CompletableFuture<Void> listeningEnded() {
        return running.listeningEnded();
    }

    /**
     * Stops the tunnel: accepts no more connections, drops those that aren't tunnelled yet, lets the others finish, and
     * resets those that are left after the grace time. A second call may shorten the grace time, but not lengthen it.
     * Doesn't wait.
     *
     * @param grace the time for connections to finish, of any length; zero or less resets them at once
     * @return completes when all connections are closed. If the tunnel owns the event loops, their threads are about to
     *     end then. If the caller owns them, each loop has run its tasks twice since then (on io_uring a connection may
     *     last until the system has sent the data that is being sent)
     */
    public CompletableFuture<Void> stop(Duration grace) {
        Objects.requireNonNull(grace, "grace");
        return running.end().stop(grace);
    }

    /**
     * Stops the tunnel without a grace time, and waits for the end. Closing it again does nothing.
     *
     * @throws IllegalStateException if it is called on one of the tunnel's event loops, which would wait for itself;
     *     nothing is stopped then. {@link #stop} may be called there
     */
    @Override
    public void close() {
        running.end().close();
    }
}
