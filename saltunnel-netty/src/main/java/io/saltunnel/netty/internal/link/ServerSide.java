package io.saltunnel.netty.internal.link;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.saltunnel.core.handshake.AcceptedVersions;
import io.saltunnel.core.handshake.HeapShare;
import io.saltunnel.core.handshake.ReplayWindow;
import io.saltunnel.core.handshake.ReplayWindows;
import io.saltunnel.netty.internal.accept.AcceptPacingHandler;
import io.saltunnel.netty.internal.admission.FileBudget;
import io.saltunnel.netty.internal.handshake.HelloRules;
import io.saltunnel.netty.internal.handshake.QuietTimes;
import io.saltunnel.netty.internal.handshake.ShapeVersions;
import io.saltunnel.netty.internal.handshake.Silence;
import io.saltunnel.netty.internal.order.ConnectOrder;
import io.saltunnel.netty.internal.transport.SocketOptions;
import io.saltunnel.netty.memory.LockedBufferAllocator;
import io.saltunnel.netty.metrics.TunnelEvents;
import io.saltunnel.netty.metrics.TunnelHoldings;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * A server: lets each connection prove the key and wait for a slot, then connects it to the target.
 *
 * @param log receives the log lines of the tunnel
 * @param handshakeTimeout the least time for a handshake, from accepting on; as configured
 * @param silence what happens to connections that have not proved the key
 * @param hellos the rules for admitting a clienthi
 * @param maxTunnels the most connections tunnelled at once
 * @param maxUnauthenticated the most that have not proved the key; 0 for a share of what the system allows
 * @param admission the limits that its connections pass on their way to the target
 */
public record ServerSide(
        Logger log,
        Duration handshakeTimeout,
        Silence silence,
        HelloRules hellos,
        int maxTunnels,
        int maxUnauthenticated,
        ServerAdmission admission)
        implements Side {
    private static final String LOGGER = "io.saltunnel.server";

    /**
     * The side of a server that starts.
     *
     * @param settings its settings
     * @param loops the number of its event loops
     * @param files takes what the tunnel needs
     * @return the side
     * @throws IllegalStateException if the key is closed
     * @throws IllegalArgumentException if there is a name, and only version 1 of the protocol is accepted
     */
    public static ServerSide of(TunnelSettings settings, int loops, FileBudget.Share files) {
        QuietTimes quietTimes = quietTimes(settings);
        HelloRules hellos = hellos(settings);
        ServerLimits least =
                ServerLimits.within(settings.maxConnections, settings.maxUnauthenticated, FileBudget.Room.LEAST);
        ServerSide side = of(settings, quietTimes, hellos, ServerAdmission.within(least, loops));
        side.takeFiles(files);
        return side;
    }

    private static ServerSide of(
            TunnelSettings settings, QuietTimes quietTimes, HelloRules hellos, ServerAdmission admission) {
        return new ServerSide(
                TunnelLog.of(LOGGER, settings.label),
                settings.handshakeTimeout,
                new Silence(quietTimes, admission.strangersReads),
                hellos,
                settings.maxConnections,
                settings.maxUnauthenticated,
                admission);
    }

    private static QuietTimes quietTimes(TunnelSettings settings) {
        return new QuietTimes(settings.keys, settings.handshakeTimeout).checkOpen();
    }

    private static HelloRules hellos(TunnelSettings settings) {
        int hellos = HeapShare.hellos(settings.keys.size());
        ReplayWindows replays = ReplayWindows.of(
                        settings.keys, () -> ReplayWindow.startingNow(settings.clock, System::nanoTime, hellos))
                .limit(hellos); // also for a window made for another number of keys
        AcceptedVersions versions = ShapeVersions.accepted(settings.acceptedVersions, settings.name, settings.shape);
        return HelloRules.of(replays, settings.name, versions, settings.sharedReplays);
    }

    /**
     * The side of the same tunnel under other settings. Nothing changes until {@link #limitAfter}.
     *
     * @param settings of the same role
     * @return a side for connections that are accepted later; it has the same limits and counts
     * @throws IllegalStateException if the key is closed
     * @throws IllegalArgumentException if there is a name, and only version 1 of the protocol is accepted
     */
    ServerSide under(TunnelSettings settings) {
        return of(settings, quietTimes(settings), hellos(settings), admission);
    }

    @Override
    public void limitAfter(Side before, FileBudget.Share files) {
        if (before instanceof ServerSide server
                && server.maxTunnels == maxTunnels
                && server.maxUnauthenticated == maxUnauthenticated) {
            return;
        }
        takeFiles(files);
    }

    private void takeFiles(FileBudget.Share files) {
        files.take(
                        maxTunnels,
                        maxUnauthenticated,
                        room -> admission.limit(ServerLimits.within(maxTunnels, maxUnauthenticated, room)))
                .ifPresent(log::warn);
    }

    @Override
    public void setConnectingOptions(SocketOptions sockets, Channel connecting) {
        sockets.setOnPlainSide(connecting);
    }

    @Override
    public void setAcceptedOptions(SocketOptions sockets, Channel socket) {
        sockets.setOnAcceptedWireSide(socket);
    }

    @Override
    public boolean acceptedCloseIsReset() {
        return false;
    }

    @Override
    public ChannelHandler newAcceptHandler(LongSupplier relayedBytes, TunnelEvents events, ConnectOrder order) {
        return new AcceptPacingHandler(admission.accepts, relayedBytes, events, order, log);
    }

    @Override
    public TunnelLink newLink(LinkContext context, Channel accepted, Consumer<? super TunnelLink> ended) {
        return new ServerLink(context, hellos, silence, admission, accepted, ended);
    }

    @Override
    public void tunnelStopped() {
        admission.flushWarnings(log);
    }

    @Override
    public TunnelHoldings holdings(int links, LockedBufferAllocator buffers) {
        return new TunnelHoldings(
                links,
                admission.unauthenticated.size() + admission.outsiders.size(),
                admission.slots.held(),
                admission.slots.waiting(),
                hellos.admission().windows().size(),
                buffers.buffersInUse(),
                buffers.mappedBytes());
    }
}
