package io.saltunnel.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.examples.KeyExtension;
import io.saltunnel.netty.SaltunnelHandlers;
import io.saltunnel.netty.SaltunnelSettings;
import io.saltunnel.netty.stage.ClosePolicy;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRoutes;

class ReactorNettyRecipeTest {
    private static final SaltunnelSettings SETTINGS =
            SaltunnelSettings.defaults().withClosePolicy(ClosePolicy.END_OF_STREAM);

    private static final Duration BOUND = Duration.ofSeconds(30);

    @RegisterExtension
    final KeyExtension keys = new KeyExtension();

    @Test
    void http11GoesThroughTheTunnel() throws Exception {
        DisposableServer server = bind(ReactorNettyRecipe.server(SaltunnelHandlers.server(keys.key(), SETTINGS)));
        try (WireTap wire = WireTap.before((InetSocketAddress) server.address())) {
            assertThat(get(client(wire))).isEqualTo("hello from reactor");
            wire.assertShowsNothingOf("HTTP/1.1", "hello from reactor");
        } finally {
            server.disposeNow(BOUND);
        }
    }

    @Test
    void aWebSocketGoesThroughTheTunnel() throws Exception {
        DisposableServer server = bind(ReactorNettyRecipe.server(SaltunnelHandlers.server(keys.key(), SETTINGS)));
        try (WireTap wire = WireTap.before((InetSocketAddress) server.address())) {
            List<String> heard = client(wire)
                    .websocket()
                    .uri("/echo")
                    .handle((in, out) -> out.sendString(Flux.just("one", "two"))
                            .then()
                            .thenMany(in.receive().asString().take(2)))
                    .collectList()
                    .blockOptional(BOUND)
                    .orElseThrow();
            assertThat(String.join("", heard)).isEqualTo("onetwo");
            wire.assertShowsNothingOf("websocket", "Sec-WebSocket-Key");
        } finally {
            server.disposeNow(BOUND);
        }
    }

    @Test
    void http2GoesThroughTheTunnel() throws Exception {
        DisposableServer server = bind(ReactorNettyRecipe.h2cServer(SaltunnelHandlers.server(keys.key(), SETTINGS)));
        try (WireTap wire = WireTap.before((InetSocketAddress) server.address())) {
            assertThat(get(client(wire).protocol(HttpProtocol.H2C))).isEqualTo("hello from reactor");
            wire.assertShowsNothingOf("PRI * HTTP/2.0", "hello from reactor");
        } finally {
            server.disposeNow(BOUND);
        }
    }

    /** Why such a server needs another hook: its codec has spoken before the tunnel is there. */
    @Test
    void doOnChannelInitComesTooLateForAnHttp2OnlyServer() throws Exception {
        DisposableServer server = bind(ReactorNettyRecipe.server(SaltunnelHandlers.server(keys.key(), SETTINGS))
                .protocol(HttpProtocol.H2C));
        try (java.net.Socket socket = new java.net.Socket()) {
            socket.setSoTimeout((int) BOUND.toMillis());
            socket.connect(server.address());
            byte[] settings = socket.getInputStream().readNBytes(9);
            assertThat(settings[3])
                    .as("the type of an HTTP/2 frame, SETTINGS, in the clear")
                    .isEqualTo((byte) 4);
        } finally {
            server.disposeNow(BOUND);
        }
    }

    private HttpClient client(WireTap wire) {
        return ReactorNettyRecipe.client(SaltunnelHandlers.client(keys.key(), SETTINGS))
                .host("127.0.0.1")
                .port(wire.address().getPort());
    }

    private static String get(HttpClient client) {
        return client.get()
                .uri("/")
                .responseContent()
                .aggregate()
                .asString()
                .blockOptional(BOUND)
                .orElseThrow();
    }

    private static DisposableServer bind(HttpServer server) {
        return server.host("127.0.0.1")
                .port(0)
                .route(ReactorNettyRecipeTest::routes)
                .bindNow(BOUND);
    }

    private static void routes(HttpServerRoutes routes) {
        routes.get("/", (request, response) -> response.sendString(Mono.just("hello from reactor")))
                .ws("/echo", (in, out) -> out.sendString(in.receive().asString()));
    }
}
