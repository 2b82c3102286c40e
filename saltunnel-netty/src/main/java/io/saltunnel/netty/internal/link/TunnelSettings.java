package io.saltunnel.netty.internal.link;

import io.netty.channel.EventLoopGroup;
import io.saltunnel.core.handshake.AcceptedVersions;
import io.saltunnel.core.handshake.FirstBytes;
import io.saltunnel.core.handshake.TunnelName;
import io.saltunnel.core.key.KeySet;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.Failover;
import io.saltunnel.netty.internal.handshake.SharedReplays;
import io.saltunnel.netty.internal.order.ConnectOrder;
import io.saltunnel.netty.internal.transport.KeepAlive;
import io.saltunnel.netty.internal.transport.SocketTransport;
import io.saltunnel.netty.metrics.TunnelEvents;
import io.saltunnel.netty.stage.TrafficShape;
import io.saltunnel.netty.stage.TunnelConnection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The settings of a tunnel, as a builder collects and checks them, and {@link TunnelStart} reads them. */
public final class TunnelSettings {
    /** The default number of connections at once. */
    public static final int DEFAULT_MAX_CONNECTIONS = 100;

    /** The end of the tunnel. */
    public final TunnelConnection.Role role;
    /** Borrowed. A client has one. */
    public final KeySet keys;
    /** The stages, of this project and the caller's own. */
    public final StageChoice stages = new StageChoice();
    /** The listeners, which are told of events after the counters. */
    public final List<TunnelEvents> listeners = new ArrayList<>();

    /** Required. */
    public @Nullable Endpoint listen;

    /**
     * The addresses to forward to: a client's servers, a server's targets, the preferred one first. At least one is
     * required.
     */
    public List<Endpoint> targets = List.of();

    /** Which of several targets is tried first. */
    public Failover failover = Failover.PRIORITY;

    /** The longest time for an attempt at one target; null for the system's limit. */
    public @Nullable Duration connectTimeout;

    /** How long a connection goes on trying when no target can be connected to. */
    public Duration connectPatience;

    /** The longest time for a handshake. On a server, up to the same amount is added: see QuietTimes. */
    public Duration handshakeTimeout;

    /** A client's cap, and a server's slots. */
    public int maxConnections = DEFAULT_MAX_CONNECTIONS;

    /** A server's only; 0 for a share of what the system allows. */
    public int maxUnauthenticated;

    /** Names the tunnel in log lines; empty for none. */
    public String label = "";

    /** The tunnel's name. */
    public TunnelName name = TunnelName.NONE;

    /** A client's only; null for the default. */
    public @Nullable ProtocolVersion protocol;

    /** A client's only: what its connections begin with. */
    public FirstBytes firstBytes = FirstBytes.RANDOM;

    /** A server's only; null for the default. */
    public @Nullable AcceptedVersions acceptedVersions;

    /** A server's only: the memory of replays that it shares with other servers; null for none. */
    public @Nullable SharedReplays sharedReplays;

    /** The shape of what it sends between client and server. */
    public TrafficShape shape = TrafficShape.asWritten();

    /** Null for the transport of the event loops, or the best one. */
    public @Nullable SocketTransport transport;

    /** Null for the tunnel's own. */
    public @Nullable EventLoopGroup loops;

    /** Null for the tunnel's own; otherwise loops and buffers are the environment's. */
    public @Nullable SharedEnvironment environment;

    /** Whether the system probes idle connections. */
    public boolean keepAlive = true;
    /** The times of the probes between client and server. */
    public KeepAlive wireKeepAlive = KeepAlive.DEFAULT;

    /** 0 for the default. */
    public long bufferMemory;

    /** The clock of the handshakes. */
    public InstantSource clock = InstantSource.system();
    /** Makes the order of the connections of one listening channel. */
    public Supplier<ConnectOrder> connectOrder = () -> new ConnectOrder(ConnectOrder.PATIENCE);

    /**
     * The defaults.
     *
     * @param role the end of the tunnel
     * @param keys the long-term keys; borrowed
     * @param handshakeTimeout the longest time for a handshake
     * @param connectPatience how long a connection goes on trying when no target can be connected to
     */
    public TunnelSettings(
            TunnelConnection.Role role, KeySet keys, Duration handshakeTimeout, Duration connectPatience) {
        this.role = role;
        this.keys = Objects.requireNonNull(keys, "keys");
        this.handshakeTimeout = handshakeTimeout;
        this.connectPatience = connectPatience;
    }
}
