package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Goal: each metric says what has happened, and Prometheus's own checker finds no fault with their text. */
@Tag("jdk-independent")
class StatusMetricsIT {

    /** Not the beginning of several names. */
    private static final Pattern NAME = Pattern.compile("\\b(?:saltunnel|jvm)_[a-z_]*[a-z]\\b");

    private static final int STRANGER_BYTES = 512;
    private static final int ECHOED_BYTES = 30_000;

    @RegisterExtension
    final Processes processes = Processes.perTest();

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void theMetricsAreWhatHappened() throws Exception {
        try (EchoTarget target = EchoTarget.start()) {
            URI metrics = start(target.address(), Sockets.closedPort());
            InetSocketAddress server = portOf(metrics, "out");
            InetSocketAddress client = portOf(metrics, "in");

            try (Socket whole = Sockets.connect(client)) {
                echo(whole);
                whole.shutdownOutput();
                assertThat(Sockets.readToEnd(whole).ending()).isEqualTo(Sockets.Ending.FIN);
            }
            Socket reset = Sockets.connect(client);
            echo(reset);
            Sockets.reset(reset);
            assertThat(Sockets.endingOf(portOf(metrics, "dead"))).isEqualTo(Sockets.Ending.RESET);
            try (Socket stranger = Sockets.connect(server);
                    Socket open = Sockets.connect(client)) {
                stranger.getOutputStream().write(new byte[STRANGER_BYTES]);
                echo(open);
                Map<String, Double> now = awaitAll(
                        metrics,
                        Map.of(
                                "saltunnel_connections_total{outcome=\"completed\",tunnel=\"in\"}", 1.0,
                                "saltunnel_connections_total{outcome=\"completed\",tunnel=\"out\"}", 1.0,
                                "saltunnel_connections_total{outcome=\"reset\",tunnel=\"in\"}", 1.0,
                                "saltunnel_connections_total{outcome=\"reset\",tunnel=\"out\"}", 1.0,
                                "saltunnel_connections_total{outcome=\"connect_failed\",tunnel=\"dead\"}", 1.0,
                                "saltunnel_handshakes_total{result=\"bad_tag\",tunnel=\"out\"}", 1.0,
                                "saltunnel_connections_open{tunnel=\"in\"}", 1.0,
                                "saltunnel_connections_open{tunnel=\"out\"}", 1.0));
                assertThat(now)
                        .containsEntry("saltunnel_connections_open{tunnel=\"dead\"}", 0.0)
                        .containsEntry("saltunnel_connections_limit{tunnel=\"in\"}", 7.0)
                        .containsEntry("saltunnel_connections_limit{tunnel=\"out\"}", 100.0)
                        .containsEntry("saltunnel_connect_failures_total{reason=\"refused\",tunnel=\"dead\"}", 1.0)
                        .containsEntry("saltunnel_connect_failures_total{reason=\"refused\",tunnel=\"in\"}", 0.0)
                        .containsEntry("saltunnel_unauthenticated{tunnel=\"out\"}", 1.0)
                        .containsEntry("saltunnel_evictions_total{tunnel=\"out\"}", 0.0)
                        .containsEntry("saltunnel_slot_refusals_total{tunnel=\"out\"}", 0.0)
                        .containsKey("saltunnel_accept_pauses_total{tunnel=\"out\"}")
                        .containsEntry("saltunnel_config_last_reload_successful", 1.0);
                for (String tunnel : List.of("in", "out")) {
                    assertThat(now)
                            .containsEntry(
                                    "saltunnel_handshakes_total{result=\"proved\",tunnel=\"" + tunnel + "\"}", 3.0)
                            .containsEntry(
                                    "saltunnel_handshake_duration_seconds_count{tunnel=\"" + tunnel + "\"}", 3.0);
                    for (String direction : List.of("sent", "received")) {
                        assertThat(now)
                                .containsEntry(
                                        "saltunnel_plain_bytes_total{direction=\"" + direction + "\",tunnel=\"" + tunnel
                                                + "\"}",
                                        3.0 * ECHOED_BYTES);
                    }
                }
                double sent = wire(now, "sent", "in");
                assertThat(sent).isGreaterThan(3.0 * ECHOED_BYTES).isLessThan(4.0 * ECHOED_BYTES);
                assertThat(wire(now, "received", "out")).isEqualTo(sent + STRANGER_BYTES);
                assertThat(wire(now, "sent", "out")).isEqualTo(wire(now, "received", "in"));
                assertThat(now.get("saltunnel_locked_memory_bytes")).isPositive();
                assertThat(now.get("saltunnel_buffers_bytes")).isPositive();
                assertThat(now.keySet()).anyMatch(name -> name.startsWith("saltunnel_build_info{version="));
                for (String file : List.of("../deploy/grafana/saltunnel.json", "../docs/status.md")) {
                    assertThat(namesIn(Path.of(file)))
                            .as(file)
                            .contains("saltunnel_connections_open")
                            .isSubsetOf(namesOf(now));
                }
                assertThat(Program.runToEnd(List.of("promtool", "check", "metrics"), get(metrics)))
                        .isEqualTo(new Finished(0, "", ""));
            }
        }
    }

    /** A process with a client tunnel to its own server tunnel, and another one to a port without a listener. */
    private URI start(InetSocketAddress target, InetSocketAddress closed) throws Exception {
        InetSocketAddress server = Sockets.closedPort();
        Path file = processes.folder().resolve("saltunnel.toml");
        String key = "\"\nkey = \"" + processes.keyFile() + "\"\n";
        Files.writeString(
                file,
                "[process]\nstatus = \"127.0.0.1:0\"\n"
                        + "[[tunnel]]\nname = \"out\"\nmode = \"server\"\nlisten = \"" + Processes.text(server)
                        + "\"\nto = \"" + Processes.text(target) + key
                        + "[[tunnel]]\nname = \"in\"\nmode = \"client\"\nlisten = \"127.0.0.1:0\"\nto = \""
                        + Processes.text(server) + key + "max-connections = 7\n"
                        + "[[tunnel]]\nname = \"dead\"\nmode = \"client\"\nlisten = \"127.0.0.1:0\"\nto = \""
                        + Processes.text(closed) + key);
        SaltunnelProcess program = processes.start("run", Program.command(List.of("run", "-c", file.toString())));
        program.awaitLines("listening on", 3);
        String line = program.awaitLine("status page on http://");
        return URI.create(line.substring(line.indexOf("http://"))).resolve("/metrics");
    }

    /** Where a tunnel listens, as the metrics say. */
    private InetSocketAddress portOf(URI metrics, String tunnel) throws Exception {
        String port = get(metrics)
                .lines()
                .filter(line -> line.startsWith("saltunnel_tunnel_info{"))
                .filter(line -> line.contains("tunnel=\"" + tunnel + "\""))
                .map(line -> line.replaceAll(".*listen=\"127\\.0\\.0\\.1:(\\d+)\".*", "$1"))
                .findFirst()
                .orElseThrow();
        return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), Integer.parseInt(port));
    }

    private static void echo(Socket application) throws IOException {
        application.getOutputStream().write(new byte[ECHOED_BYTES]);
        assertThat(application.getInputStream().readNBytes(ECHOED_BYTES)).hasSize(ECHOED_BYTES);
    }

    private Map<String, Double> awaitAll(URI metrics, Map<String, Double> wanted) {
        Map<String, Double> last = new TreeMap<>();
        Patience.await("the counts are " + wanted).untilAsserted(() -> {
            last.clear();
            last.putAll(read(get(metrics)));
            assertThat(last).containsAllEntriesOf(wanted);
        });
        return last;
    }

    private static Map<String, Double> read(String text) {
        Map<String, Double> values = new TreeMap<>();
        text.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            int space = line.lastIndexOf(' ');
            values.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
        });
        return values;
    }

    /** The metrics that a text names. */
    private static Set<String> namesIn(Path file) throws IOException {
        return NAME.matcher(Files.readString(file))
                .results()
                .map(MatchResult::group)
                .filter(name -> !name.equals("saltunnel_warning_info")) // is there only with a warning
                .collect(Collectors.toSet());
    }

    /** The names of metrics, and those of whole histograms. */
    private static Set<String> namesOf(Map<String, Double> values) {
        return values.keySet().stream()
                .map(name -> name.replaceAll("\\{.*", ""))
                .flatMap(name -> Stream.of(name, name.replaceAll("_(bucket|sum|count)$", "")))
                .collect(Collectors.toSet());
    }

    private static double wire(Map<String, Double> values, String direction, String tunnel) {
        return values.getOrDefault(
                "saltunnel_wire_bytes_total{direction=\"" + direction + "\",tunnel=\"" + tunnel + "\"}", -1.0);
    }

    private String get(URI metrics) throws IOException, InterruptedException {
        return http.send(
                        HttpRequest.newBuilder(metrics).timeout(Patience.LIMIT).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
