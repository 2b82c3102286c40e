package io.saltunnel.netty;

import io.saltunnel.core.handshake.AcceptedVersions;
import io.saltunnel.core.key.KeySet;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.handshake.FailurePolicy;
import io.saltunnel.netty.internal.handshake.SharedReplays;
import io.saltunnel.netty.internal.link.TunnelSettings;
import io.saltunnel.netty.internal.stage.SourceNetworksStage;
import io.saltunnel.netty.replay.ReplayMemory;
import io.saltunnel.netty.replay.WhenUnavailable;
import io.saltunnel.netty.stage.TunnelConnection;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * Configures and starts a server, which accepts tunnels from clients that know a key of it, and connects each to the
 * target. Made by {@link Tunnel#server(LongTermKey)} and {@link Tunnel#server(io.saltunnel.core.key.KeySet)}. Used by
 * one thread at a time; any thread may use the {@link Tunnel} that it starts.
 *
 * <p>A server that accepts tunnels from this machine only:
 *
 * {@snippet lang="java" :
 * Tunnel tunnel = Tunnel.server(key)
 *         .listen(listen)
 *         .target(target)
 *         .maxConnections(1000)
 *         .allowFrom("127.0.0.0/8", "::1")
 *         .start()
 *         .join();
 * }
 */
public final class ServerBuilder extends TunnelBuilder<ServerBuilder> {
    /**
     * The default time after which a connection that has not proved the key is closed: 30 s. The first key and the
     * address and port that it was made to add up to the same amount again, equal for every connection to them, so that
     * the time reveals nothing to a prober.
     */
    public static final Duration DEFAULT_HANDSHAKE_TIMEOUT = Duration.ofSeconds(30);

    ServerBuilder(KeySet keys) {
        super(new TunnelSettings(TunnelConnection.Role.SERVER, keys, DEFAULT_HANDSHAKE_TIMEOUT, Duration.ZERO));
    }

    /**
     * Sets the target of authenticated tunnels. Required.
     *
     * @param address a host and a port from 1 to 65535, or the path of a UNIX domain socket. A host name is looked up
     *     for every connection
     * @return this
     * @throws IllegalArgumentException if the host is empty, the port is 0, or a path has a mode
     */
    public ServerBuilder target(Endpoint address) {
        return targets(List.of(Objects.requireNonNull(address, "address")));
    }

    /**
     * Sets several targets of authenticated tunnels. Each connection is made to one of them: they are tried in turn, in
     * the order of {@link #failover}, before the first byte is sent.
     *
     * @param addresses one or more, each as for {@link #target}; the preferred one first
     * @return this
     * @throws IllegalArgumentException if there is none, or one can't be connected to
     */
    public ServerBuilder targets(List<? extends Endpoint> addresses) {
        return forwardTo(addresses);
    }

    /**
     * Sets the most connections that have not proved the key yet, in addition to the tunnels. Beyond that number, the
     * oldest is closed.
     *
     * @param max 1 or more; by default a share of the open-files limit, and of the heap if that is small
     * @return this
     * @throws IllegalArgumentException if it is less than 1
     */
    public ServerBuilder maxUnauthenticated(int max) {
        if (max < 1) {
            throw new IllegalArgumentException("at least one peer must be allowed, not " + max);
        }
        settings.maxUnauthenticated = max;
        return this;
    }

    /**
     * Sets what becomes of connections from outside the networks of {@link #allowFrom}.
     *
     * @param policy {@link FailurePolicy#SILENT} by default: they look like connections that don't prove the key, so
     *     that a prober can't see that its address is the reason. Up to a quarter as many as {@link #maxUnauthenticated}
     *     are kept. {@link FailurePolicy#CLOSE} closes them at once, and costs less
     * @return this
     */
    public ServerBuilder refused(FailurePolicy policy) {
        settings.stages.outsiders = switch (Objects.requireNonNull(policy, "policy")) {
            case SILENT -> SourceNetworksStage.Outsiders.MEET_SILENCE;
            case CLOSE -> SourceNetworksStage.Outsiders.ARE_CLOSED;
        };
        return this;
    }

    /**
     * Sets the versions of the protocol that clients may speak.
     *
     * @param versions the versions; by default both, or only version 2 if there is a {@link #name}
     * @return this
     */
    public ServerBuilder protocol(AcceptedVersions versions) {
        settings.acceptedVersions = Objects.requireNonNull(versions, "versions");
        return this;
    }

    /**
     * Shares the memory of replays with other servers, so that a hello that one of them has answered gets no answer from
     * this one. After a restart, this server then admits hellos from before it, too.
     *
     * @param memory borrowed: the caller closes it once the tunnel has stopped
     * @param whenUnavailable what happens to a client if the memory can't be asked
     * @return this
     */
    public ServerBuilder replays(ReplayMemory memory, WhenUnavailable whenUnavailable) {
        settings.sharedReplays = new SharedReplays(
                Objects.requireNonNull(memory, "memory"), Objects.requireNonNull(whenUnavailable, "whenUnavailable"));
        return this;
    }

    @Override
    ServerBuilder self() {
        return this;
    }
}
