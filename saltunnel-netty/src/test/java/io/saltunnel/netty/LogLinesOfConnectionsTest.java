package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.netty.address.HostAndPort;
import java.net.Socket;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: the lines of a connection can be told from those of others, and those of a tunnel too. */
@Timeout(60)
class LogLinesOfConnectionsTest {
    private static final Pattern OPEN = Pattern.compile("127\\.0\\.0\\.1:\\d+ #(\\d+): open, to 127\\.0\\.0\\.1:\\d+");

    @Test
    void aConnectionHasTheSameNumberAtItsOpeningAndAtItsEnd() throws Exception {
        try (LogLines lines = LogLines.withDebug("io.saltunnel.client.web");
                LoopbackTunnel tunnel = LoopbackTunnel.with(client -> client.label("web"), server -> server)) {
            String first = echo(tunnel, lines);
            String second = echo(tunnel, lines);
            assertThat(first).isNotEqualTo(second);
        }
    }

    @Test
    void theAccessLogHasTheTunnelAndTheNumber() throws Exception {
        try (LogLines lines = new LogLines("io.saltunnel.access");
                LoopbackTunnel tunnel =
                        LoopbackTunnel.with(client -> client.label("web").accessLog(true), server -> server)) {
            try (Socket application = tunnel.connect();
                    Socket target = tunnel.accept()) {
                LoopbackTunnel.echo(application, target);
            }
            assertThat(lines.next()).matches("time=\\S+ tunnel=web id=[1-9][0-9]* peer=.*");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "a b", ".a", "a/b", "\u00e4", "-a"})
    void refusesALabelThatWouldSpoilALine(String label) {
        try (LongTermKey key = LongTermKey.random()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Tunnel.client(key).label(label))
                    .withMessageStartingWith("'" + label + "' is no label");
        }
    }

    @Test
    void takesLabelsWithDots() throws Exception {
        try (LongTermKey key = LongTermKey.random();
                Tunnel tunnel = Tunnel.client(key)
                        .listen(HostAndPort.parse("127.0.0.1:0"))
                        .server(HostAndPort.parse("127.0.0.1:1"))
                        .label("a..b.")
                        .start()
                        .join()) {
            assertThat(tunnel.boundPort()).isPositive();
        }
    }

    private static String echo(LoopbackTunnel tunnel, LogLines lines) throws Exception {
        String opening;
        try (Socket application = tunnel.connect();
                Socket target = tunnel.accept()) {
            LoopbackTunnel.echo(application, target);
            opening = lines.nextWith("open");
        }
        Matcher open = OPEN.matcher(opening);
        assertThat(open.matches()).as(opening).isTrue();
        assertThat(lines.nextWith(" #" + open.group(1) + ": ")).contains(" bytes from the peer and ");
        return open.group(1);
    }
}
