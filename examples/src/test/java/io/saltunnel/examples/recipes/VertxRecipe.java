package io.saltunnel.examples.recipes;

import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.netty.SaltunnelHandlers;
import io.saltunnel.netty.Tunnel;
import io.saltunnel.netty.address.HostAndPort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.util.function.Consumer;

/**
 * Vert.x has no public way into a pipeline. Whole tunnels beside it work for all that it speaks. For its TCP sockets
 * there is an interface of its internals, too, which may change with any version.
 */
final class VertxRecipe {
    private VertxRecipe() {}

    static Tunnel hide(LongTermKey key, HostAndPort listen, int vertxPort) {
        // @start region="vertx-server"
        Tunnel tunnel = Tunnel.server(key) // an HttpServer of Vert.x listens on 127.0.0.1, at vertxPort
                .listen(listen)
                .target(new HostAndPort("127.0.0.1", vertxPort))
                .start()
                .join();
        // @end
        return tunnel;
    }

    static Tunnel reach(LongTermKey key, HostAndPort server) {
        // @start region="vertx-client"
        Tunnel tunnel = Tunnel.client(key) // a client of Vert.x then connects to tunnel.boundAddress()
                .listen(HostAndPort.parse("127.0.0.1:0"))
                .server(server)
                .start()
                .join();
        // @end
        return tunnel;
    }

    static NetServer server(Vertx vertx, SaltunnelHandlers saltunnel, Consumer<NetSocket> protocol) {
        // @start region="vertx-net-server"
        NetServer server = vertx.createNetServer().connectHandler(socket -> {
            ((NetSocketInternal) socket).channelHandlerContext().pipeline().addFirst(saltunnel.newHandler());
            protocol.accept(socket); // nothing has been read or written yet
        });
        // @end
        return server;
    }

    static Future<NetSocket> client(Vertx vertx, SaltunnelHandlers saltunnel, SocketAddress address) {
        // @start region="vertx-net-client"
        Future<NetSocket> connected = vertx.createNetClient().connect(address).map(socket -> {
            ((NetSocketInternal) socket).channelHandlerContext().pipeline().addFirst(saltunnel.newHandler());
            return socket;
        });
        // @end
        return connected;
    }
}
