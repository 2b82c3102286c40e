package io.saltunnel.netty.address;

import java.net.SocketAddress;
import java.util.Objects;

/**
 * An address to listen on or to connect to: a host and a port for TCP, or the path of a UNIX domain socket. Or, to listen
 * only, the name of a socket that the service manager has opened. Immutable: any thread may use it.
 */
public sealed interface Endpoint permits HostAndPort, InheritedSocket, UnixPath {
    /**
     * Parses an address as users write it.
     *
     * @param text {@code host:port}, {@code :port}, {@code [v6]:port}, {@code unix:/path}, and to
     *     listen on, {@code unix:/path;mode=0660} or {@code systemd:name}
     * @return a {@link UnixPath} if it begins with {@code unix:/}, an {@link InheritedSocket} if it begins with {@code
     *     systemd:} and no port follows, otherwise a {@link HostAndPort}; not resolved
     * @throws IllegalArgumentException with a message for the user
     */
    static Endpoint parse(String text) {
        Objects.requireNonNull(text, "text");
        if (UnixPath.isMeantBy(text)) {
            return UnixPath.parse(text);
        }
        if (InheritedSocket.isMeantBy(text)) {
            return InheritedSocket.parse(text);
        }
        AddressHints.check(text);
        return HostAndPort.parse(text);
    }

    /**
     * The address for a socket of the Java runtime.
     *
     * @return an {@link java.net.InetSocketAddress} for a host and a port, unresolved if the host is a name; a {@link
     *     java.net.UnixDomainSocketAddress} for a path
     * @throws UnsupportedOperationException if this is an {@link InheritedSocket}, whose address isn't known here
     */
    SocketAddress toSocketAddress();

    /** The form that {@code parse} reads. */
    @Override
    String toString();
}
