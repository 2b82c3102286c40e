package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Goal: a running process tells over HTTP what it does, from its start to its end. */
class StatusIT {

    @RegisterExtension
    final Processes processes = Processes.perTest();

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void aClientTellsWhatItCarriesAndThatItStops() throws Exception {
        try (EchoTarget target = EchoTarget.start()) {
            SaltunnelProcess server = processes.server(target.address());
            SaltunnelProcess client = processes.client(server.address(), "--status", "127.0.0.1:0", "--grace", "1h");
            URI status = pageOf(client);
            assertThat(get(status, "/livez").statusCode()).isEqualTo(200);
            assertThat(get(status, "/").body()).startsWith("<!DOCTYPE html>");
            try (Socket application = echoed(client.address())) {
                assertThat(get(status, "/metrics").body().lines())
                        .contains(
                                "saltunnel_connections_open{tunnel=\"client\"} 1.0",
                                "saltunnel_handshakes_total{result=\"proved\",tunnel=\"client\"} 1.0",
                                "saltunnel_plain_bytes_total{direction=\"sent\",tunnel=\"client\"} 1.0",
                                "saltunnel_plain_bytes_total{direction=\"received\",tunnel=\"client\"} 1.0")
                        .noneMatch(line -> line.matches("saltunnel_wire_bytes_total.* 0\\.0"));
                Finished top = Program.run("top", "--once", status.getAuthority());
                assertThat(top.output())
                        .startsWith("saltunnel ")
                        .contains(", ready\nTUNNEL")
                        .contains("client  client  1/100");
                client.signal("TERM");
                client.awaitLine("stopping");
                HttpResponse<String> draining = get(status, "/readyz");
                assertThat(draining.statusCode()).isEqualTo(503);
                assertThat(draining.body()).startsWith("draining\n");
                assertThat(get(status, "/livez").statusCode()).isEqualTo(200);
                assertThat(application.isConnected()).isTrue();
            }
            assertThat(client.exitCode()).isZero();
        }
    }

    @Test
    void anIdleClientAsksItsServerForTheKeyWithoutReachingTheTarget() throws Exception {
        InetSocketAddress port = Sockets.closedPort();
        try (EchoTarget target = EchoTarget.start()) {
            SaltunnelProcess client = processes.client(port, "--status", "127.0.0.1:0");
            URI status = pageOf(client);
            HttpResponse<String> without = get(status, "/readyz?deep=1");
            assertThat(without.statusCode()).isEqualTo(503);
            assertThat(without.body())
                    .isEqualTo("tunnel client: its server has not proved the key within the last 30 s:"
                            + " connection refused\n");
            processes.start("server", Processes.text(port), Processes.text(target.address()));
            Patience.await("the server has proved the key")
                    .until(() -> get(status, "/readyz?deep=1").body().equals("ok\n"));
            assertThat(target.accepted()).isZero();
        }
    }

    @Test
    void aServerWithAnotherKeyIsNotReady() throws Exception {
        try (EchoTarget target = EchoTarget.start()) {
            SaltunnelProcess server = processes.server(target.address(), "--handshake-timeout", "1");
            Path other = processes.keyFile("other", new byte[] {
                1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5
            });
            SaltunnelProcess client = processes.start(
                    "client",
                    Program.command(List.of(
                            "client",
                            "-k",
                            other.toString(),
                            "--status",
                            "127.0.0.1:0",
                            "127.0.0.1:0",
                            Processes.text(server.address()))));
            assertThat(get(pageOf(client), "/readyz?deep=1").body())
                    .startsWith("tunnel client: its server has not proved the key within the last 30 s: ");
        }
    }

    @Test
    void aServerCountsWhyItRefuses() throws Exception {
        try (EchoTarget target = EchoTarget.start()) {
            SaltunnelProcess server = processes.server(target.address(), "--status", "127.0.0.1:0");
            URI status = pageOf(server);
            try (Socket stranger = Sockets.connect(server.address())) {
                stranger.getOutputStream().write(new byte[512]);
                Patience.await("the refusal is counted")
                        .until(() -> get(status, "/metrics")
                                .body()
                                .contains("saltunnel_handshakes_total{result=\"bad_tag\",tunnel=\"server\"} 1.0"));
            }
        }
    }

    @Test
    void aReloadMovesTheStatusPageAndMayBeginWithOne() throws Exception {
        try (EchoTarget target = EchoTarget.start()) {
            SaltunnelProcess server = processes.server(target.address());
            Path file = processes.folder().resolve("saltunnel.toml");
            String tunnel = "[[tunnel]]\nname = \"web\"\nmode = \"client\"\nlisten = \"127.0.0.1:0\"\nto = \""
                    + Processes.text(server.address()) + "\"\nkey = \"" + processes.keyFile() + "\"\n";
            Files.writeString(file, tunnel);
            SaltunnelProcess program = processes.start("run", Program.command(List.of("run", "-c", file.toString())));
            try (Socket application = echoed(program.address())) {
                Files.writeString(file, "[process]\nstatus = \"127.0.0.1:0\"\n" + tunnel);
                program.signal("HUP");
                program.awaitLine("reloaded");
                URI first = pageOf(program);
                assertThat(get(first, "/metrics").body().lines())
                        .contains("saltunnel_connections_open{tunnel=\"web\"} 1.0");
                String there;
                try (ServerSocket taken = Sockets.listen()) {
                    there = Processes.text(Sockets.address(taken));
                    Files.writeString(file, "[process]\nstatus = \"" + there + "\"\n" + tunnel);
                    program.signal("HUP");
                    program.awaitLine("not reloaded: status page: cannot listen on " + there + ": the port is in use");
                    assertThat(get(first, "/readyz").statusCode()).isEqualTo(200);
                }
                program.signal("HUP");
                program.awaitLines("reloaded " + file, 2);
                assertThat(get(URI.create("http://" + there), "/readyz").statusCode())
                        .isEqualTo(200);
                assertThatThrownBy(() -> get(first, "/readyz")).isInstanceOf(ConnectException.class);
                assertThat(application.isConnected()).isTrue();
            }
            assertThat(program.linesWith("[process] says")).isEmpty();
        }
    }

    @Test
    void aReloadKeepsTheCountsAndItsFailureShows() throws Exception {
        try (EchoTarget target = EchoTarget.start()) {
            SaltunnelProcess server = processes.server(target.address());
            Path file = processes.folder().resolve("saltunnel.toml");
            String process = "[process]\nstatus = \"127.0.0.1:0\"\n";
            String tunnel = "[[tunnel]]\nname = \"web\"\nmode = \"client\"\nlisten = \"127.0.0.1:0\"\nto = \""
                    + Processes.text(server.address()) + "\"\nkey = \"" + processes.keyFile() + "\"\n";
            Files.writeString(file, process + tunnel);
            SaltunnelProcess program = processes.start("run", Program.command(List.of("run", "-c", file.toString())));
            URI status = pageOf(program);
            echoed(program.address()).close();
            Files.writeString(file, process + tunnel + "max-connections = 7\n");
            program.signal("HUP");
            program.awaitLine("reloaded");
            assertThat(get(status, "/metrics").body().lines())
                    .contains(
                            "saltunnel_config_last_reload_successful 1.0",
                            "saltunnel_connections_limit{tunnel=\"web\"} 7.0",
                            "saltunnel_handshakes_total{result=\"proved\",tunnel=\"web\"} 1.0");
            Files.writeString(file, process + tunnel + "nonsense = 1\n");
            program.signal("HUP");
            program.awaitLine("not reloaded");
            assertThat(get(status, "/metrics").body().lines()).contains("saltunnel_config_last_reload_successful 0.0");
        }
    }

    /** The status page of a process that has started its tunnels. */
    private URI pageOf(SaltunnelProcess process) {
        String line = process.awaitLine("status page on http://");
        URI status = URI.create(line.substring(line.indexOf("http://")));
        Patience.await("ready").until(() -> get(status, "/readyz").statusCode() == 200);
        return status;
    }

    private HttpResponse<String> get(URI status, String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(status.resolve(path))
                        .timeout(Patience.LIMIT)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static Socket echoed(InetSocketAddress address) throws IOException {
        Socket application = Sockets.connect(address);
        application.getOutputStream().write(7);
        assertThat(application.getInputStream().read()).isEqualTo(7);
        return application;
    }
}
