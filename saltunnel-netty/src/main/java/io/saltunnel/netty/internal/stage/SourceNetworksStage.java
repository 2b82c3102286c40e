package io.saltunnel.netty.internal.stage;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ipfilter.IpFilterRule;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import io.saltunnel.netty.internal.log.Refusals;
import io.saltunnel.netty.internal.transport.PeerAddresses;
import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.TunnelConnection;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;

/**
 * Refuses accepted connections from sources outside the allowed networks, before any other work for them. A client
 * closes them. A server does too, or treats them like a connection that doesn't prove the key.
 */
public final class SourceNetworksStage implements PipelineStage {
    private static final String REASON = "not in an allowed network";
    private static final int IPV4_BITS = 32;
    private static final int IPV6_BITS = 128;
    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

    private final List<IpFilterRule> networks;
    private final Outsiders outsiders;
    private final Refusals refusals = new Refusals();
    private final Logger log;

    /** What becomes of connections from elsewhere. */
    public enum Outsiders {
        /** On a server, they get no answer until the deadline. A client closes them. */
        MEET_SILENCE,
        /** They are closed at once. */
        ARE_CLOSED
    }

    /**
     * Accepts peers in the given networks alone.
     *
     * @param networks the allowed networks, see {@link #network}
     * @param outsiders what becomes of other connections
     * @param log receives a line when connections are refused
     */
    public SourceNetworksStage(Collection<IpFilterRule> networks, Outsiders outsiders, Logger log) {
        this.networks = List.copyOf(networks);
        this.outsiders = outsiders;
        this.log = log;
    }

    /**
     * Reads a network.
     *
     * @param network an IPv4 or IPv6 address and the length of its prefix, as in {@code 192.0.2.0/24} or
     *     {@code 2001:db8::/32}; or an address alone
     * @return a rule that allows this network
     * @throws IllegalArgumentException with a message for the user
     */
    public static IpFilterRule network(String network) {
        int slash = network.indexOf('/');
        String address = slash < 0 ? network : network.substring(0, slash);
        int bits = NetUtil.isValidIpV4Address(address) ? IPV4_BITS : IPV6_BITS;
        if (bits == IPV6_BITS && !NetUtil.isValidIpV6Address(address)) {
            throw new IllegalArgumentException(
                    "'" + network + "' is not a network: write 192.0.2.0/24, 2001:db8::/32 or an address");
        }
        if (address.indexOf('%') >= 0) {
            throw new IllegalArgumentException(
                    "'" + network + "' has a zone: write the network without it, for all interfaces");
        }
        int prefix = slash < 0 ? bits : prefix(network, network.substring(slash + 1), bits);
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        boolean mapped = bits == IPV6_BITS && isMapped(bytes);
        if (mapped && prefix < IPV6_BITS - IPV4_BITS) {
            throw new IllegalArgumentException(
                    "'" + network + "' holds more than all of IPv4: write 0.0.0.0/0, and the IPv6 networks beside it");
        }
        checkHostBits(network, address, bytes, prefix);
        if (mapped) {
            return mapped(bytes, prefix);
        }
        return new IpSubnetFilterRule(address, prefix, IpFilterRuleType.ACCEPT);
    }

    /**
     * Refuses a network such as 192.0.2.7/24: it can mean the whole network or the one address, and a guess could let
     * in too many peers.
     */
    private static void checkHostBits(String network, String address, byte[] bytes, int prefix) {
        byte[] masked = bytes.clone();
        for (int bit = prefix; bit < masked.length * Byte.SIZE; bit++) {
            masked[bit / Byte.SIZE] &= (byte) ~(0x80 >>> (bit % Byte.SIZE));
        }
        if (!Arrays.equals(masked, bytes)) {
            throw new IllegalArgumentException("'" + network + "' is an address within a network: write "
                    + NetUtil.bytesToIpAddress(masked) + "/" + prefix + " for the network, or " + address
                    + " for the address alone");
        }
    }

    /**
     * Whether this is an IPv4-mapped address such as {@code ::ffff:192.0.2.1}. Java reports such peers by their IPv4
     * addresses.
     */
    private static boolean isMapped(byte[] ipv6) {
        return Arrays.equals(ipv6, 0, MAPPED.length, MAPPED, 0, MAPPED.length);
    }

    private static IpFilterRule mapped(byte[] ipv6, int prefix) {
        String ipv4 = NetUtil.bytesToIpAddress(Arrays.copyOfRange(ipv6, MAPPED.length, ipv6.length));
        return new IpSubnetFilterRule(ipv4, prefix - (IPV6_BITS - IPV4_BITS), IpFilterRuleType.ACCEPT);
    }

    private static int prefix(String network, String digits, int bits) {
        if (!digits.matches("[0-9]{1,3}") || Integer.parseInt(digits) > bits) {
            throw new IllegalArgumentException(
                    "'" + network + "' is not a network: its prefix is not between 0 and " + bits);
        }
        return Integer.parseInt(digits);
    }

    @Override
    public List<ChannelHandler> handlersAt(Place place, TunnelConnection connection) {
        return place == Place.ofAcceptedSocket(connection.role()) ? List.of(new Gate(connection)) : List.of();
    }

    @Override
    public void tunnelStopped() {
        refusals.flush(log);
    }

    /** Looks at the address of one connection. It leaves the pipeline of an allowed one. */
    private final class Gate extends ChannelInboundHandlerAdapter {
        private final TunnelConnection connection;

        Gate(TunnelConnection connection) {
            this.connection = connection;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            if (ctx.channel().remoteAddress() instanceof InetSocketAddress peer && isAllowed(peer)) {
                ctx.pipeline().remove(this);
                ctx.fireChannelActive();
                return;
            }
            tell(ctx);
            if (outsiders == Outsiders.MEET_SILENCE && connection instanceof RefusedConnection refused) {
                refused.keepSilent(ctx);
            } else {
                ctx.close();
            }
        }
    }

    private boolean isAllowed(InetSocketAddress peer) {
        for (IpFilterRule network : networks) {
            if (network.matches(peer)) {
                return true;
            }
        }
        return false;
    }

    private void tell(ChannelHandlerContext ctx) {
        SocketAddress remote = ctx.channel().remoteAddress();
        Supplier<String> peer = () -> PeerAddresses.nameOf(remote);
        if (refusals.add(REASON, peer, log, ctx.channel().eventLoop())) {
            log.info("{}: refused: {}", peer.get(), REASON);
        } else if (log.isDebugEnabled()) {
            log.debug("{}: refused: {}", peer.get(), REASON);
        }
    }
}
