package io.saltunnel.cli.status;

import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.saltunnel.netty.address.HostAndPort;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.spi.SelectorProvider;
import java.util.stream.Stream;

/** The address to listen on by TCP, with a name looked up. */
record TcpAddress(InetSocketAddress address, boolean allOfIpv4) {

    /** As for tunnels, a name means its first IPv4 address if there is one. */
    static TcpAddress of(HostAndPort wanted) throws UnknownHostException {
        if (wanted.host().isEmpty()) {
            return new TcpAddress(new InetSocketAddress(wanted.port()), false);
        }
        InetAddress[] all = InetAddress.getAllByName(wanted.host());
        InetAddress one = Stream.of(all)
                .filter(Inet4Address.class::isInstance)
                .findFirst()
                .orElse(all[0]);
        return new TcpAddress(
                new InetSocketAddress(one, wanted.port()), one instanceof Inet4Address && one.isAnyLocalAddress());
    }

    /** By Java's default, a socket on 0.0.0.0 would be one of IPv6 too. */
    NioServerSocketChannel newListener() {
        return allOfIpv4
                ? new NioServerSocketChannel(SelectorProvider.provider(), SocketProtocolFamily.INET)
                : new NioServerSocketChannel();
    }
}
