package io.saltunnel.netty.stage;

import io.saltunnel.core.key.KeyLabel;
import io.saltunnel.netty.address.Endpoint;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One connection through a tunnel, as its {@link PipelineStage}s see it: the accepted connection, and the outgoing
 * connection made for it. Any thread may call its methods, except {@link #key} and {@link #whenEnded}, which are for
 * the connection's event loop.
 */
public interface TunnelConnection {
    /** The ends of a tunnel. */
    enum Role {
        /** Accepts plaintext connections: the accepted side is the plain side. */
        CLIENT,
        /** Accepts tunnel connections: the accepted side is the wire side. */
        SERVER
    }

    /**
     * The number of the connection. Log lines about the connection have it after a {@code #}.
     *
     * @return 1 or more; no other connection of this process has it
     */
    long id();

    /**
     * The end of the tunnel that this connection is at.
     *
     * @return the tunnel's role
     */
    Role role();

    /**
     * The address of the connecting side: the application on a client, the tunnel's client on a server. If PROXY protocol
     * headers are accepted, it is the proxy's until the header has been read, and then the one that the header names.
     *
     * @return the accepted connection's remote address: an {@link java.net.InetSocketAddress}, one named {@code gone},
     *     unresolved, if the system no longer knew it; of a UNIX domain socket, a
     *     {@link java.net.UnixDomainSocketAddress} with an empty path
     */
    SocketAddress peer();

    /**
     * The address that the connecting side has connected to; as for {@link #peer}, the one that a PROXY protocol header
     * names.
     *
     * @return the accepted connection's local address: an {@link java.net.InetSocketAddress}, one named {@code gone},
     *     unresolved, if the system no longer knew it; of a UNIX domain socket, a
     *     {@link java.net.UnixDomainSocketAddress}
     */
    SocketAddress local();

    /**
     * The destination of the connection: the tunnel's server on a client, the target on a server.
     *
     * @return as configured; of several, the one that the connection was made to, and before that the first
     */
    Endpoint target();

    /**
     * The key that was proved on this connection. On the connection's event loop.
     *
     * @return empty before that; on a server, the target's pipeline is assembled after it
     */
    default Optional<KeyLabel> key() {
        return Optional.empty();
    }

    /**
     * Adds a listener for the end of the connection. Call on the connection's event loop. The listener runs once, on
     * the same loop (on another thread if the loop has ended); at once if the connection has already ended. Several
     * listeners run in the order in which they were added.
     *
     * @param listener receives the summary of the connection
     */
    void whenEnded(Consumer<? super ConnectionSummary> listener);
}
