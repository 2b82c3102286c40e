package io.saltunnel.netty.internal.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.HostAndPort;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.stream.Stream;

/**
 * Listens on a host and a port.
 *
 * @param address the host, or an empty one for every interface, and the port
 */
public record TcpListening(HostAndPort address) implements Listening {
    /**
     * Whether this listens on all IPv4 addresses, and on no IPv6 address.
     *
     * @return false for an empty host, which includes both
     */
    public boolean isAllOfIpv4() {
        return address.numericAddress()
                .filter(numeric -> numeric instanceof Inet4Address && numeric.isAnyLocalAddress())
                .isPresent();
    }

    @Override
    public Endpoint endpoint() {
        return address;
    }

    @Override
    public boolean isUnix() {
        return false;
    }

    @Override
    public ChannelFuture listen(ServerBootstrap bootstrap) throws IOException {
        return bootstrap.bind(prepare());
    }

    /** Finds or makes the address to bind to, of the type that the transport understands. */
    SocketAddress prepare() throws UnknownHostException {
        SocketAddress known = address.toSocketAddress();
        return known instanceof InetSocketAddress inet && inet.isUnresolved() ? addressOfName() : known;
    }

    /**
     * Chooses one address of a name to listen on: the first IPv4 address if there is one, independent of the system's
     * order. Most users who write "localhost" mean 127.0.0.1.
     */
    private InetSocketAddress addressOfName() throws UnknownHostException {
        try {
            InetAddress[] addresses = InetAddress.getAllByName(address.host());
            InetAddress one = Stream.of(addresses)
                    .filter(Inet4Address.class::isInstance)
                    .findFirst()
                    .orElse(addresses[0]);
            return new InetSocketAddress(one, address.port());
        } catch (UnknownHostException e) { // each transport reports an unresolved address in its own way
            boolean scoped = address.host().indexOf('%') >= 0;
            throw new UnknownHostException("can't listen on " + address + ": "
                    + (scoped ? "this machine has no such interface" : "the name does not resolve"));
        }
    }

    @Override
    public Endpoint opened(Channel listener) {
        return HostAndPort.of((InetSocketAddress) listener.localAddress());
    }

    @Override
    public void abandon() {}
}
