package io.saltunnel.netty.internal.link;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.saltunnel.core.handshake.ClientProtocol;
import io.saltunnel.netty.internal.accept.ConnectionCap;
import io.saltunnel.netty.internal.accept.ConnectionLimitHandler;
import io.saltunnel.netty.internal.admission.FileBudget;
import io.saltunnel.netty.internal.handshake.ShapeVersions;
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
 * A client: accepts a limited number of connections, and connects each to the server.
 *
 * @param log receives the log lines of the tunnel
 * @param handshakeTimeout the longest time for a handshake, from connecting on
 * @param maxConnections the most connections open at once
 * @param protocol what it speaks
 * @param cap the cap in force: this number, or that of later settings
 */
public record ClientSide(
        Logger log, Duration handshakeTimeout, int maxConnections, ClientProtocol protocol, ConnectionCap cap)
        implements Side {
    private static final String LOGGER = "io.saltunnel.client";

    /**
     * The side of a client that starts.
     *
     * @param settings its settings
     * @param files takes what the tunnel needs
     * @return the side
     * @throws IllegalArgumentException if there is a name, and the version of the protocol carries none
     */
    public static ClientSide of(TunnelSettings settings, FileBudget.Share files) {
        ClientSide side = of(settings, new ConnectionCap(settings.maxConnections));
        files.take(settings.maxConnections).ifPresent(side.log::warn);
        return side;
    }

    private static ClientSide of(TunnelSettings settings, ConnectionCap cap) {
        ClientProtocol protocol = ClientProtocol.of(settings.protocol, settings.name, settings.firstBytes);
        ShapeVersions.check(protocol.version(), settings.shape);
        return new ClientSide(
                TunnelLog.of(LOGGER, settings.label),
                settings.handshakeTimeout,
                settings.maxConnections,
                protocol,
                cap);
    }

    /**
     * The side of the same tunnel under other settings. Nothing changes until {@link #limitAfter}.
     *
     * @param settings of the same role
     * @return a side for connections that are accepted later; it has the same limits and counts
     * @throws IllegalArgumentException if there is a name, and the version of the protocol carries none
     */
    ClientSide under(TunnelSettings settings) {
        return of(settings, cap);
    }

    @Override
    public void limitAfter(Side before, FileBudget.Share files) {
        if (before instanceof ClientSide client && client.maxConnections == maxConnections) {
            return;
        }
        files.take(maxConnections).ifPresent(log::warn);
        cap.set(maxConnections);
    }

    @Override
    public void setConnectingOptions(SocketOptions sockets, Channel connecting) {
        sockets.setOnConnectingWireSide(connecting);
    }

    @Override
    public void setAcceptedOptions(SocketOptions sockets, Channel socket) {
        sockets.setOnPlainSide(socket);
    }

    @Override
    public boolean acceptedCloseIsReset() {
        return true;
    }

    @Override
    public ChannelHandler newAcceptHandler(LongSupplier relayedBytes, TunnelEvents events, ConnectOrder order) {
        return new ConnectionLimitHandler(cap, events, order, log);
    }

    @Override
    public TunnelLink newLink(LinkContext context, Channel accepted, Consumer<? super TunnelLink> ended) {
        return new ClientLink(context, protocol, accepted, ended);
    }

    @Override
    public TunnelHoldings holdings(int links, LockedBufferAllocator buffers) {
        return new TunnelHoldings(links, 0, 0, 0, 0, buffers.buffersInUse(), buffers.mappedBytes());
    }
}
