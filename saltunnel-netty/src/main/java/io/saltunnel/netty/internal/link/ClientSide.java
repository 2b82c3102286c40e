package io.saltunnel.netty.internal.link;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.saltunnel.netty.internal.accept.ConnectionLimitHandler;
import io.saltunnel.netty.internal.admission.FileBudget;
import io.saltunnel.netty.internal.handshake.ClientProtocol;
import io.saltunnel.netty.internal.transport.SocketOptions;
import io.saltunnel.netty.memory.LockedBufferAllocator;
import io.saltunnel.netty.metrics.TunnelHoldings;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client: accepts a limited number of connections, and connects each to the server.
 *
 * @param log where what happens is logged
 * @param handshakeTimeout the longest time for a handshake, from connecting on
 * @param maxConnections the most connections open at once
 * @param protocol what it speaks
 */
public record ClientSide(Logger log, Duration handshakeTimeout, int maxConnections, ClientProtocol protocol)
        implements Side {
    private static final Logger LOG = LoggerFactory.getLogger("io.saltunnel.client");

    /**
     * The side of a client.
     *
     * @param settings its settings
     * @param files takes what the tunnel needs
     * @return the side
     * @throws IllegalArgumentException if there is a name, and a version of the protocol that carries none
     */
    public static ClientSide of(TunnelSettings settings, FileBudget.Share files) {
        ClientProtocol protocol = ClientProtocol.of(settings.protocol, settings.name);
        files.take(settings.maxConnections, 0).ifPresent(LOG::warn);
        return new ClientSide(LOG, settings.handshakeTimeout, settings.maxConnections, protocol);
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
    public ChannelHandler newAcceptHandler(LinkContext context) {
        return new ConnectionLimitHandler(maxConnections, context.events, log);
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
