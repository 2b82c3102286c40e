package io.saltunnel.netty.internal.link;

import io.netty.channel.Channel;
import io.netty.channel.WriteBufferWaterMark;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.address.UnixPath;
import io.saltunnel.netty.internal.abort.Abort;
import io.saltunnel.netty.internal.admission.FileBudget;
import io.saltunnel.netty.internal.connect.ConnectPolicy;
import io.saltunnel.netty.internal.connect.Connector;
import io.saltunnel.netty.internal.connect.Target;
import io.saltunnel.netty.internal.handshake.HandshakeSettings;
import io.saltunnel.netty.internal.transport.Listening;
import io.saltunnel.netty.internal.transport.SocketOptions;
import io.saltunnel.netty.internal.transport.SocketTransport;
import io.saltunnel.netty.memory.LockedBufferAllocator;
import io.saltunnel.netty.stage.ClosePolicy;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * The parts that a tunnel keeps for its whole life. It makes each {@link Generation} with them.
 *
 * @param fixed the settings that don't change
 * @param transport the transport of its sockets
 * @param listening where it listens
 * @param loops its own, the caller's, or the environment's
 * @param buffers the buffers of its connections
 * @param files its share of the open files allowed
 * @param counters the counters of all its connections
 * @param revocation the revocation of its keys
 */
record TunnelParts(
        FixedSettings fixed,
        SocketTransport transport,
        Listening listening,
        TunnelLoops loops,
        LockedBufferAllocator buffers,
        FileBudget.Share files,
        TunnelCounters counters,
        Revocation revocation) {
    static final WriteBufferWaterMark WATER_MARKS = new WriteBufferWaterMark(64 * 1024, 128 * 1024);

    /**
     * Makes the generation of a side.
     *
     * @param settings checked; not read any more when this returns
     */
    Generation generation(TunnelSettings settings, Side side) {
        SocketOptions sockets =
                new SocketOptions(settings.keepAlive, settings.wireKeepAlive, settings.stages.userTimeout, side.log());
        HandshakeSettings handshakes = new HandshakeSettings(
                settings.keys,
                settings.clock,
                System::nanoTime,
                RandomSource.system(),
                side.handshakeTimeout(),
                ClosePolicy.ABORT,
                settings.shape);
        Connector connector = connector(side, sockets, settings);
        warnOfMissingUserTimeout(settings, side);
        LinkContext context = new LinkContext(
                side.log(),
                handshakes,
                connector,
                settings.stages.forTunnel(loops.group(), settings.label, side.log()),
                settings.listeners,
                counters,
                revocation);
        // A reload may start a tunnel's successor, which has its label, before it stops the tunnel.
        Object tunnel = settings.label.isEmpty() ? counters : settings.label;
        return new Generation(side, context, sockets, KeyUse.begin(tunnel, settings.keys, settings.name));
    }

    /**
     * Makes the next generation, which is not in force yet.
     *
     * @param settings checked; not read any more when this returns
     * @param before the generation in force
     * @throws IllegalStateException if a server's key is closed
     * @throws IllegalArgumentException if there is a name, and no configured version of the protocol carries one
     */
    Generation next(TunnelSettings settings, Generation before) {
        Side side = switch (fixed.role()) {
            case CLIENT -> ((ClientSide) before.side).under(settings);
            case SERVER -> ((ServerSide) before.side).under(settings);
        };
        return generation(settings, side);
    }

    private Connector connector(Side side, SocketOptions sockets, TunnelSettings settings) {
        List<Target> targets = settings.targets.stream()
                .map(target -> target(target, () -> newSocket(target, side, sockets)))
                .toList();
        return new Connector(
                targets, new ConnectPolicy(settings.failover, settings.connectTimeout, settings.connectPatience));
    }

    private Target target(Endpoint endpoint, Supplier<Channel> sockets) {
        return endpoint instanceof UnixPath path
                ? Target.of(path, transport.domainSockets().address(path.path()), sockets)
                : Target.of((HostAndPort) endpoint, sockets);
    }

    /** Warns if the user time-out was set but has no effect. */
    private void warnOfMissingUserTimeout(TunnelSettings settings, Side side) {
        Duration requested = settings.stages.requestedUserTimeout;
        if (requested != null && !transport.hasUserTimeout()) {
            side.log()
                    .warn(
                            "the transport {} has no user time-out: the system decides when to give up a connection whose"
                                    + " data is not acknowledged, often after 15 minutes instead of {} s; use epoll or"
                                    + " io_uring on Linux",
                            transport,
                            requested.toMillis() / 1000.0);
        }
    }

    /** TCP_NODELAY isn't set here, nor for accepted connections, because Netty's connections have it by default. */
    private Channel newSocket(Endpoint target, Side side, SocketOptions sockets) {
        Channel socket = target instanceof UnixPath ? transport.domainSockets().newSocket() : transport.newSocket();
        socket.config()
                .setConnectTimeoutMillis(0)
                .setAllocator(buffers)
                .setAutoRead(false)
                .setWriteBufferWaterMark(WATER_MARKS);
        SocketOptions.allowHalfClosure(socket);
        Abort.makeCloseAReset(socket); // the peer must never mistake the end of this process for the end of the stream
        side.setConnectingOptions(sockets, socket);
        return socket;
    }

    /**
     * Whether an accepted connection has the options of the listening channel. A connection of a socket that outlives
     * the tunnel may have been made before this tunnel could set them.
     */
    boolean acceptedInheritOptions() {
        return transport.acceptedInheritOptions() && !listening.isUnix() && !listening.outlivesTunnel();
    }
}
