package io.saltunnel.netty.address;

import java.net.SocketAddress;
import java.util.Objects;

/**
 * Where a tunnel listens, or what it connects to: a host and a port for TCP, or the path of a UNIX domain socket.
 * Immutable: any thread may use it.
 */
public sealed interface Endpoint permits HostAndPort, UnixPath {
    /**
     * Reads an address as users write it.
     *
     * @param text {@code host:port}, {@code :port}, {@code [v6]:port}, {@code unix:/path} or, to listen on,
     *     {@code unix:/path;mode=0660}
     * @return a {@link UnixPath} if it begins with {@code unix:/}, otherwise a {@link HostAndPort}; not resolved
     * @throws IllegalArgumentException with a message for the user
     */
    static Endpoint parse(String text) {
        Objects.requireNonNull(text, "text");
        return UnixPath.isMeantBy(text) ? UnixPath.parse(text) : HostAndPort.parse(text);
    }

    /**
     * The address for a socket of the Java runtime.
     *
     * @return of a host and a port, an {@link java.net.InetSocketAddress}, unresolved if the host is a name; of a path,
     *     a {@link java.net.UnixDomainSocketAddress}
     */
    SocketAddress toSocketAddress();

    /** The form that {@code parse} reads. */
    @Override
    String toString();
}
