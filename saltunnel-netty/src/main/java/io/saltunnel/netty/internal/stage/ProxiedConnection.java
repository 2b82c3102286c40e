package io.saltunnel.netty.internal.stage;

import java.net.InetSocketAddress;

/** A connection that a proxy may have made for somebody else. */
public interface ProxiedConnection {
    /**
     * Takes the addresses that a trusted proxy has named, in place of the proxy's own. On the connection's event loop.
     *
     * @param peer the address of the connecting side
     * @param local the address that it has connected to
     */
    void madeFor(InetSocketAddress peer, InetSocketAddress local);
}
