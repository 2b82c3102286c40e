package io.saltunnel.examples.recipes;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.saltunnel.netty.SaltunnelHandlers;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;

/** HTTP by reactor-netty, which Spring's WebFlux stands on. */
final class ReactorNettyRecipe {
    private ReactorNettyRecipe() {}

    static HttpServer server(SaltunnelHandlers saltunnel) {
        // @start region="reactor-server"
        HttpServer server = HttpServer.create() // HTTP/1.1, and WebSocket
                .doOnChannelInit(
                        (observer, channel, remote) -> channel.pipeline().addFirst(saltunnel.newHandler()));
        // @end
        return server;
    }

    static HttpClient client(SaltunnelHandlers saltunnel) {
        // @start region="reactor-client"
        HttpClient client = HttpClient.create() // of any protocol
                .doOnChannelInit(
                        (observer, channel, remote) -> channel.pipeline().addFirst(saltunnel.newHandler()));
        // @end
        return client;
    }

    static HttpServer h2cServer(SaltunnelHandlers saltunnel) {
        // @start region="reactor-h2c-server"
        HttpServer server = HttpServer.create()
                .protocol(HttpProtocol.H2C)
                .option(ChannelOption.AUTO_READ, false) // accept nobody yet
                .doOnBound(bound -> {
                    Channel listener = bound.channel();
                    listener.pipeline().addFirst(new ChannelInboundHandlerAdapter() {
                        @Override
                        public void channelRead(ChannelHandlerContext ctx, Object accepted) {
                            ((Channel) accepted).pipeline().addFirst(saltunnel.newHandler());
                            ctx.fireChannelRead(accepted);
                        }
                    });
                    listener.config().setAutoRead(true);
                });
        // @end
        return server;
    }
}
