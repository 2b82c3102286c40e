package io.saltunnel.examples.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.examples.KeyExtension;
import io.saltunnel.netty.Tunnel;
import io.saltunnel.netty.address.HostAndPort;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class HiddenHttpServerTest {
    private static final int PATIENCE_MILLIS = 30_000;

    @RegisterExtension
    final KeyExtension keys = new KeyExtension();

    private HiddenHttpServer server;

    @BeforeEach
    void start() {
        server = new HiddenHttpServer(keys.key(), new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void answersThroughSaltunnel() throws Exception {
        try (Tunnel tunnel = Tunnel.client(keys.key())
                .listen(HostAndPort.parse("127.0.0.1:0"))
                .server(HostAndPort.of(server.address()))
                .start()
                .join()) {
            URI page = URI.create("http://" + tunnel.boundAddress() + "/secret");
            for (int request = 0; request < 3; request++) {
                assertThat(get(page)).isEqualTo("Nobody without the key has seen /secret\n");
            }
        }
    }

    @Test
    void answersNobodyElse() throws Exception {
        try (Socket browser =
                new Socket(server.address().getAddress(), server.address().getPort())) {
            browser.setSoTimeout(PATIENCE_MILLIS);
            String request = "GET /secret HTTP/1.1\r\nHost: here\r\n\r\n";
            browser.getOutputStream().write(request.repeat(100).getBytes(StandardCharsets.US_ASCII));
            browser.shutdownOutput();
            assertThat(browser.getInputStream().readAllBytes()).isEmpty();
        }
    }

    private static String get(URI page) throws Exception {
        HttpURLConnection connection = (HttpURLConnection) page.toURL().openConnection(Proxy.NO_PROXY);
        connection.setConnectTimeout(PATIENCE_MILLIS);
        connection.setReadTimeout(PATIENCE_MILLIS);
        try {
            return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } finally {
            connection.disconnect();
        }
    }
}
