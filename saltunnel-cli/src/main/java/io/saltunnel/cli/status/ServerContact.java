package io.saltunnel.cli.status;

import io.saltunnel.netty.SaltunnelHandlers;
import io.saltunnel.netty.address.Endpoint;
import java.util.List;

/**
 * How the server of a client tunnel can be asked to prove the key.
 *
 * @param servers its addresses, which are tried in turn
 * @param handshakes makes handlers with the tunnel's key and settings
 * @param release gives the key back; called once, by any thread, when no handshake needs it any more
 */
public record ServerContact(List<Endpoint> servers, SaltunnelHandlers handshakes, Runnable release) {

    /**
     * The contact to a server.
     *
     * @param servers copied
     */
    public ServerContact {
        servers = List.copyOf(servers);
    }
}
