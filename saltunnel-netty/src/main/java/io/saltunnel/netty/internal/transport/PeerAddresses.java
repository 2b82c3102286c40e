package io.saltunnel.netty.internal.transport;

import io.netty.channel.Channel;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.address.UnixPath;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of accepted connections, in the same types on every transport: {@link InetSocketAddress} or
 * {@link UnixDomainSocketAddress}. Any thread.
 */
public final class PeerAddresses {
    /** Used if the system no longer knows the addresses of a connection. */
    private static final SocketAddress GONE = InetSocketAddress.createUnresolved("gone", 0);

    private static final UnixDomainSocketAddress UNNAMED = UnixDomainSocketAddress.of("");

    private PeerAddresses() {}

    /**
     * The connecting side's address.
     *
     * @param accepted a connection
     * @return its remote address; of a UNIX domain socket, one with an empty path, because clients have no name there
     */
    public static SocketAddress peerOf(Channel accepted) {
        return DomainSockets.isOne(accepted) ? UNNAMED : orGone(accepted.remoteAddress());
    }

    /**
     * The address that the connecting side has connected to.
     *
     * @param accepted a connection
     * @return its local address
     */
    public static SocketAddress localOf(Channel accepted) {
        UnixPath file = accepted.parent() == null ? null : pathOf(accepted.parent());
        return file == null ? orGone(accepted.localAddress()) : file.toSocketAddress();
    }

    private static @Nullable UnixPath pathOf(Channel listener) {
        UnixPath path = SocketFile.pathOf(listener);
        return path == null ? InheritedListening.pathOf(listener) : path;
    }

    private static SocketAddress orGone(@Nullable SocketAddress address) {
        return address == null ? GONE : address;
    }

    /**
     * Formats an address like an endpoint.
     *
     * @param address of either side of a connection
     * @return for example {@code 192.0.2.1:80}, {@code unix:/run/app.sock}, or {@code unix} if it has no name
     */
    public static String nameOf(SocketAddress address) {
        if (address instanceof InetSocketAddress inet) {
            return HostAndPort.of(inet).toString();
        }
        if (address instanceof UnixDomainSocketAddress unix) {
            return unix.equals(UNNAMED) ? "unix" : "unix:" + unix.getPath();
        }
        return String.valueOf(address);
    }
}
