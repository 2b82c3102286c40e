package io.saltunnel.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.replay.ReplayMemory;
import io.saltunnel.netty.stage.ConnectionSummary;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MetricsTest {

    private final SampleProcess process = new SampleProcess();
    private final Metrics metrics = new Metrics(process);

    @Test
    void hasEachMetricInTheTextFormatOfPrometheus() {
        process.reload = Optional.of(false);
        process.warnings.add(
                new ProcessWarning(ProcessWarning.Kind.UNLOCKED_MEMORY, "12345 bytes are not locked in memory"));
        process.web.proved(TimeUnit.MILLISECONDS.toNanos(3), SampleProcess.OLD_KEY);
        process.web.connectFailed(new IOException("can't connect to a:1: connection refused"));
        process.web.ended(ended(ConnectionSummary.Outcome.RESET));
        process.database.evicted();
        process.database.acceptingPaused();
        process.database.slotRefused();
        process.replays = Optional.of(new ReplayMemoryView(Optional.empty(), true));
        process.database.replayMemoryAsked(ReplayMemory.Answer.REPLAYED, TimeUnit.MILLISECONDS.toNanos(3));
        Answer answer = metrics.answer("");
        assertThat(answer.contentType()).startsWith("text/plain; version=0.0.4");
        assertThat(text(answer).lines())
                .contains(
                        "saltunnel_build_info{version=\"1.2.3\"} 1",
                        "saltunnel_tunnel_info{key=\"0123abcd\",listen=\"127.0.0.1:8000\",side=\"client\",to=\"server.example:8080\",tunnel=\"web\"} 1",
                        "saltunnel_config_last_reload_successful 0.0",
                        "saltunnel_warnings 1.0",
                        "saltunnel_warning_info{warning=\"unlocked_memory\"} 1",
                        "saltunnel_key_proofs_total{fingerprint=\"0123abcd\",key=\"new\",tunnel=\"web\"} 0.0",
                        "saltunnel_key_proofs_total{fingerprint=\"4567cdef\",key=\"old\",tunnel=\"web\"} 1.0",
                        "saltunnel_key_connections_open{fingerprint=\"0123abcd\",key=\"new\",tunnel=\"web\"} 2.0",
                        "saltunnel_connections_open{tunnel=\"web\"} 3.0",
                        "saltunnel_connections_limit{tunnel=\"web\"} 100.0",
                        "saltunnel_unauthenticated{tunnel=\"database\"} 1.0",
                        "saltunnel_connections_total{outcome=\"reset\",tunnel=\"web\"} 1.0",
                        "saltunnel_connections_total{outcome=\"completed\",tunnel=\"web\"} 0.0",
                        "saltunnel_connect_failures_total{reason=\"refused\",tunnel=\"web\"} 1.0",
                        "saltunnel_handshakes_total{result=\"proved\",tunnel=\"web\"} 1.0",
                        "saltunnel_handshakes_total{result=\"bad_tag\",tunnel=\"web\"} 0.0",
                        "saltunnel_handshake_duration_seconds_bucket{tunnel=\"web\",le=\"0.0025\"} 0",
                        "saltunnel_handshake_duration_seconds_bucket{tunnel=\"web\",le=\"0.005\"} 1",
                        "saltunnel_handshake_duration_seconds_bucket{tunnel=\"web\",le=\"+Inf\"} 1",
                        "saltunnel_handshake_duration_seconds_count{tunnel=\"web\"} 1",
                        "saltunnel_replay_memory_available 1.0",
                        "saltunnel_replay_questions_total{answer=\"replayed\",tunnel=\"database\"} 1.0",
                        "saltunnel_replay_questions_total{answer=\"unavailable\",tunnel=\"database\"} 0.0",
                        "saltunnel_replay_question_duration_seconds_bucket{tunnel=\"database\",le=\"0.005\"} 1",
                        "saltunnel_evictions_total{tunnel=\"database\"} 1.0",
                        "saltunnel_accept_pauses_total{tunnel=\"database\"} 1.0",
                        "saltunnel_slot_refusals_total{tunnel=\"database\"} 1.0",
                        "saltunnel_plain_bytes_total{direction=\"sent\",tunnel=\"web\"} 1000.0",
                        "saltunnel_plain_bytes_total{direction=\"received\",tunnel=\"web\"} 2000.0",
                        "saltunnel_wire_bytes_total{direction=\"sent\",tunnel=\"web\"} 0.0",
                        "saltunnel_buffers_bytes 7000.0")
                .anyMatch(line -> line.startsWith("saltunnel_locked_memory_bytes "))
                .anyMatch(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\"} "))
                .anyMatch(line -> line.startsWith("process_start_time_seconds "));
    }

    /** A text has numbers that change, and each change would be a new series. */
    @Test
    void aWarningKeepsItsSeriesWhenItsTextChanges() {
        process.warnings.add(new ProcessWarning(ProcessWarning.Kind.UNLOCKED_MEMORY, "1 byte"));
        List<String> before = text(metrics.answer(""))
                .lines()
                .filter(line -> line.startsWith("saltunnel_warning"))
                .toList();
        process.warnings.set(0, new ProcessWarning(ProcessWarning.Kind.UNLOCKED_MEMORY, "2 bytes"));
        assertThat(text(metrics.answer("")).lines()).containsAll(before).noneMatch(line -> line.contains("bytes\""));
    }

    @Test
    void speaksOpenMetricsIfAsked() {
        Answer answer = metrics.answer("application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.2");
        assertThat(answer.contentType()).startsWith("application/openmetrics-text");
        assertThat(text(answer)).endsWith("# EOF\n").contains("# TYPE saltunnel_connections counter\n");
    }

    @Test
    void aProcessWithoutAFileHasNoReload() {
        assertThat(text(metrics.answer(""))).doesNotContain("saltunnel_config_last_reload_successful");
    }

    private static ConnectionSummary ended(ConnectionSummary.Outcome outcome) {
        return new ConnectionSummary(
                new InetSocketAddress(1), Endpoint.parse("a:1"), Duration.ZERO, 0, 0, outcome, null, null);
    }

    private static String text(Answer answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }
}
