package io.saltunnel.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.examples.KeyExtension;
import io.saltunnel.netty.SaltunnelHandlers;
import io.saltunnel.netty.SaltunnelSettings;
import io.saltunnel.netty.Tunnel;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.stage.ClosePolicy;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class VertxRecipeTest {
    private static final SaltunnelSettings SETTINGS =
            SaltunnelSettings.defaults().withClosePolicy(ClosePolicy.END_OF_STREAM);

    @RegisterExtension
    final KeyExtension keys = new KeyExtension();

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    @Test
    void httpGoesThroughWholeTunnels() throws Exception {
        HttpServer server = await(vertx.createHttpServer()
                .requestHandler(request -> request.response().end("hello from vert.x"))
                .listen(0, "127.0.0.1"));
        try (Tunnel hidden = VertxRecipe.hide(keys.key(), HostAndPort.parse("127.0.0.1:0"), server.actualPort());
                WireTap wire =
                        WireTap.before((InetSocketAddress) hidden.boundAddress().toSocketAddress());
                Tunnel reached = VertxRecipe.reach(keys.key(), HostAndPort.of(wire.address()))) {
            Buffer body = await(vertx.createHttpClient()
                    .request(HttpMethod.GET, reached.boundPort(), "127.0.0.1", "/")
                    .compose(request -> request.send())
                    .compose(HttpClientResponse::body));
            assertThat(body).hasToString("hello from vert.x");
            wire.assertShowsNothingOf("HTTP/1.1", "hello from vert.x");
        }
    }

    @Test
    void socketsGoThroughHandlers() throws Exception {
        NetServer server = await(VertxRecipe.server(
                        vertx, SaltunnelHandlers.server(keys.key(), SETTINGS), socket -> socket.handler(socket::write))
                .listen(0, "127.0.0.1"));
        try (WireTap wire =
                WireTap.before(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.actualPort()))) {
            CompletableFuture<String> heard = new CompletableFuture<>();
            SocketAddress address = SocketAddress.inetSocketAddress(wire.address());
            await(VertxRecipe.client(vertx, SaltunnelHandlers.client(keys.key(), SETTINGS), address)
                    .compose(socket -> {
                        socket.handler(data -> heard.complete(data.toString()));
                        return socket.write("hello, socket");
                    }));
            assertThat(heard.get(30, TimeUnit.SECONDS)).isEqualTo("hello, socket");
            wire.assertShowsNothingOf("hello, socket");
        }
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
