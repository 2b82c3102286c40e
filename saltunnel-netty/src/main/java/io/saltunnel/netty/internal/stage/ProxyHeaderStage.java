package io.saltunnel.netty.internal.stage;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageEncoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolVersion;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.netty.util.NetUtil;
import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.TunnelConnection;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * Sends a PROXY protocol header, version 2, before the peer's first byte. It tells the target the addresses of the
 * connecting side and of the listener.
 *
 * <p>A server writes it to the target, with the address of the tunnel's client. A client writes it into the tunnel, so
 * that the target at the far end gets the address of the application. It doesn't wait for data from the peer, because a
 * target may speak first.
 */
public final class ProxyHeaderStage implements PipelineStage {
    /** A stage without state. */
    public ProxyHeaderStage() {}

    @Override
    public List<ChannelHandler> handlersAt(Place place, TunnelConnection connection) {
        Place towardsTarget = connection.role() == TunnelConnection.Role.CLIENT ? Place.TUNNEL : Place.PLAIN_SOCKET;
        return place == towardsTarget
                ? List.of(HAProxyMessageEncoder.INSTANCE, new HeaderHandler(connection))
                : List.of();
    }

    private static HAProxyMessage header(TunnelConnection connection) {
        if (!(connection.peer() instanceof InetSocketAddress peer)
                || !(connection.local() instanceof InetSocketAddress local)
                || peer.getAddress() == null
                || local.getAddress() == null) {
            return new HAProxyMessage(
                    HAProxyProtocolVersion.V2, HAProxyCommand.LOCAL, HAProxyProxiedProtocol.UNKNOWN, null, null, 0, 0);
        }
        boolean ipv4 = peer.getAddress() instanceof Inet4Address && local.getAddress() instanceof Inet4Address;
        return new HAProxyMessage(
                HAProxyProtocolVersion.V2,
                HAProxyCommand.PROXY,
                ipv4 ? HAProxyProxiedProtocol.TCP4 : HAProxyProxiedProtocol.TCP6,
                text(peer.getAddress(), ipv4),
                text(local.getAddress(), ipv4),
                peer.getPort(),
                local.getPort());
    }

    /**
     * The text of an address. A header has one address family, so if the two differ, IPv4 is written as IPv4-mapped
     * IPv6.
     */
    private static String text(InetAddress address, boolean ipv4) {
        return !ipv4 && address instanceof Inet4Address
                ? "::ffff:" + address.getHostAddress()
                : NetUtil.toAddressString(address);
    }

    /**
     * Writes the header before everything else as soon as it is in the pipeline, and removes itself and the encoder.
     */
    private static final class HeaderHandler extends ChannelInboundHandlerAdapter {
        private final TunnelConnection connection;

        HeaderHandler(TunnelConnection connection) {
            this.connection = connection;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            ctx.writeAndFlush(header(connection), ctx.voidPromise());
            ctx.pipeline().remove(HAProxyMessageEncoder.INSTANCE);
            ctx.pipeline().remove(this);
        }
    }
}
