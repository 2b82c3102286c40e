package io.saltunnel.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TopScreenTest {

    private static final String METRICS = """
            # TYPE saltunnel_build_info gauge
            saltunnel_build_info{version="1.2.3"} 1
            saltunnel_tunnel_info{key="0123abcd",listen="a:1",side="client",to="b:2",tunnel="web"} 1
            saltunnel_connections_open{tunnel="web"} 3.0
            saltunnel_connections_limit{tunnel="web"} 100.0
            saltunnel_handshakes_total{result="proved",tunnel="web"} 7.0
            saltunnel_handshakes_total{result="bad_tag",tunnel="web"} 1.0
            saltunnel_connect_failures_total{reason="refused",tunnel="web"} 2.0
            saltunnel_handshake_duration_seconds_bucket{tunnel="web",le="+Inf"} 7
            saltunnel_handshake_duration_seconds_count{tunnel="web"} 7
            saltunnel_handshake_duration_seconds_sum{tunnel="web"} 0.014
            saltunnel_plain_bytes_total{direction="received",tunnel="web"} 5.0
            saltunnel_plain_bytes_total{direction="sent",tunnel="web"} %s
            """;

    private final TopScreen screen = new TopScreen();

    @Test
    void showsEachTunnelAndItsThroughputSinceTheLastTime() {
        assertThat(screen.next(METRICS.formatted("1000.0"), "ok\n", 1)).isEqualTo("""
                saltunnel 1.2.3, ready
                TUNNEL  SIDE     OPEN  SENT/s  RECEIVED/s    SENT  RECEIVED  PROVED  FAILED
                web     client  3/100       -           -  1.0 kB       5 B       7       3
                web: a:1 -> b:2, key 0123abcd, mean handshake 2.0 ms
                  handshakes: proved 7, bad tag 1
                  failed connects: refused 2
                """);
        assertThat(screen.next(METRICS.formatted("2.001E6"), "draining\n", 2)).isEqualTo("""
                saltunnel 1.2.3, not ready: draining
                TUNNEL  SIDE     OPEN  SENT/s  RECEIVED/s    SENT  RECEIVED  PROVED  FAILED
                web     client  3/100  1.0 MB         0 B  2.0 MB       5 B       7       3
                web: a:1 -> b:2, key 0123abcd, mean handshake 2.0 ms
                  handshakes: proved 7, bad tag 1
                  failed connects: refused 2
                  throughput |#|
                """);
    }

    @Test
    void showsTheWarningsOfTheProcess() {
        String metrics = """
                saltunnel_config_last_reload_successful 0.0
                saltunnel_warning_info{warning="unlocked_memory"} 1
                """;
        assertThat(screen.next(metrics, "ok\n", 1).lines())
                .startsWith(
                        "saltunnel unknown, ready",
                        "warning: the configuration file was not used when it was read last; the log says why",
                        "warning: unlocked memory; the page and the log say what to do");
    }

    @Test
    void chartsTheRatesOfTheLastTimes() {
        RecentRates rates = new RecentRates();
        assertThat(rates.chart()).isEmpty();
        rates.add(0);
        rates.add(1);
        rates.add(35);
        rates.add(70);
        assertThat(rates.chart()).isEqualTo(" .=#");
        for (int i = 0; i < RecentRates.COLUMNS; i++) {
            rates.add(0);
        }
        assertThat(rates.chart()).isBlank().hasSize(RecentRates.COLUMNS);
    }

    @Test
    void whatTheProcessSaysCannotControlTheTerminal() {
        String hostile = METRICS.formatted("1.0").replace("0123abcd", "a\u001b[2Jb");
        assertThat(screen.next(hostile, "\u001b[2J\n", 1))
                .doesNotContain("\u001b")
                .contains("not ready: ?[2J");
    }

    @Test
    void aProcessWithoutTunnelsHasOnlyTheHead() {
        assertThat(screen.next("", "starting\n", 1).lines())
                .hasSize(2)
                .first()
                .isEqualTo("saltunnel unknown, not ready: starting");
    }
}
