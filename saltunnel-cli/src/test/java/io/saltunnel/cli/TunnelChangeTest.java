package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saltunnel.cli.TunnelsOfFile.Connection;
import io.saltunnel.cli.status.TunnelView;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes of the tunnels of a process that fail, that follow on others, or during which the process is looked at. */
class TunnelChangeTest {

    private static final String NOW = "\nrevoke = \"now\"";

    @TempDir
    private Path directory;

    private TunnelsOfFile tunnels;
    private String wire;

    @BeforeEach
    void open() throws IOException {
        tunnels = new TunnelsOfFile(directory);
        wire = "127.0.0.1:" + TunnelsOfFile.freePort();
    }

    @AfterEach
    void close() throws IOException {
        tunnels.close();
    }

    private String server(String keys) {
        return server(wire, keys);
    }

    private String server(String listen, String keys) {
        return TunnelsOfFile.tunnel("in", "server", listen, tunnels.targetAddress(), keys);
    }

    private String client(String key) {
        return TunnelsOfFile.tunnel(key, "client", "127.0.0.1:0", wire, "key = \"" + key + ".key\"");
    }

    /** Needs the address of the server, so that the server stops listening for it. */
    private String otherSide() {
        return TunnelsOfFile.tunnel("turned", "client", wire, "127.0.0.1:9");
    }

    private static String atAddressOf(ServerSocket taken) {
        return TunnelsOfFile.tunnel("bad", "client", "127.0.0.1:" + taken.getLocalPort(), "127.0.0.1:9");
    }

    private static void assertReset(Connection connection) throws IOException {
        assertThatThrownBy(connection.application().getInputStream()::read).isInstanceOf(SocketException.class);
    }

    private void failAChangeThatPausesTheServer() throws IOException {
        try (ServerSocket taken = TunnelsOfFile.listen(0)) {
            assertThat(tunnels.changeTo(client("a"), client("old"), otherSide(), atAddressOf(taken)))
                    .singleElement()
                    .asString()
                    .startsWith("tunnel bad: cannot listen on ");
        }
    }

    /** No other tunnel has its key, so that the key is closed as soon as the idle tunnel has stopped. */
    @Test
    void anIdleTunnelListensAgainAfterAFailedChangeThatTookItsAddress() throws Exception {
        tunnels.key("old");
        tunnels.key("only");
        assertThat(tunnels.changeTo(server("key = \"only.key\""), client("a"), client("old")))
                .isEmpty();
        CompletableFuture<Void> stopped = tunnels.running("in").tunnel().stopped();
        failAChangeThatPausesTheServer();
        stopped.get(30, TimeUnit.SECONDS);
        assertThat(tunnels.view.tunnels()).allMatch(TunnelView::listening).hasSize(3);
        assertThat(tunnels.changeTo(server("key = \"only.key\""), client("only")))
                .isEmpty();
        tunnels.connect("only").echo();
    }

    @Test
    void aRemovedKeyIsRevokedInATunnelThatAFailedChangePaused() throws IOException {
        tunnels.key("old");
        String both = "keys = [\"a.key\", \"old.key\"]" + NOW;
        assertThat(tunnels.changeTo(server(both), client("a"), client("old"))).isEmpty();
        Connection kept = tunnels.connect("a");
        Connection removed = tunnels.connect("old");
        failAChangeThatPausesTheServer();
        kept.echo();
        removed.echo();
        assertThat(tunnels.running("in").connections()).isEqualTo(2);
        assertThat(tunnels.changeTo(server("key = \"a.key\"" + NOW), client("a"), client("old")))
                .isEmpty();
        assertReset(removed);
        kept.echo();
    }

    @Test
    void aRemovedKeyIsRevokedInATunnelThatStillDrains() throws IOException {
        tunnels.key("old");
        String both = "keys = [\"a.key\", \"old.key\"]" + NOW + "\ngrace = \"1h\"";
        assertThat(tunnels.changeTo(server(both), client("a"), client("old"))).isEmpty();
        Connection kept = tunnels.connect("a");
        Connection removed = tunnels.connect("old");
        wire = "127.0.0.1:" + TunnelsOfFile.freePort();
        assertThat(tunnels.changeTo(server(both), client("a"), client("old"))).isEmpty();
        removed.echo();
        assertThat(tunnels.changeTo(server("key = \"a.key\"" + NOW), client("a"), client("old")))
                .isEmpty();
        assertReset(removed);
        kept.echo();
    }

    @Test
    void aKeyThatIsRemovedTogetherWithTheAddressIsRevoked() throws IOException {
        tunnels.key("old");
        String both = "keys = [\"a.key\", \"old.key\"]\ngrace = \"1h\"";
        assertThat(tunnels.changeTo(server(both), client("a"), client("old"))).isEmpty();
        Connection kept = tunnels.connect("a");
        Connection removed = tunnels.connect("old");
        wire = "127.0.0.1:" + TunnelsOfFile.freePort();
        assertThat(tunnels.changeTo(server("key = \"a.key\"" + NOW), client("a"), client("old")))
                .isEmpty();
        assertReset(removed);
        kept.echo();
    }

    @Test
    void connectionsOfAPausedTunnelEndWhenItsSuccessorIsRemoved() throws IOException {
        tunnels.key("old");
        String server = server("key = \"a.key\"\ngrace = 0");
        assertThat(tunnels.changeTo(server, client("a"), client("old"))).isEmpty();
        Connection connection = tunnels.connect("a");
        failAChangeThatPausesTheServer();
        connection.echo();
        assertThat(tunnels.changeTo(client("a"), client("old"))).isEmpty();
        assertReset(connection);
    }

    @Test
    void aTunnelWhoseKeyIsClosedFailsAsOneThatCantListen() throws Exception {
        tunnels.key("b");
        assertThat(tunnels.changeTo(server("key = \"a.key\""))).isEmpty();
        PreparedTunnels prepared = tunnels.prepare(
                TunnelsOfFile.tunnel("new", "server", "127.0.0.1:0", tunnels.targetAddress(), "key = \"b.key\""));
        prepared.close();
        assertThat(tunnels.running.replaceBy(prepared).failures())
                .singleElement()
                .asString()
                .startsWith("tunnel new: ")
                .contains("closed");
        assertThat(tunnels.running("in").isListening()).isTrue();
        tunnels.running.stop();
        tunnels.running.ended().get(30, TimeUnit.SECONDS);
    }

    @Test
    void anExceptionInTheMiddleChangesNothing() throws IOException {
        assertThat(tunnels.changeTo(server("key = \"a.key\""), client("a"))).isEmpty();
        List<RunningTunnel> before = tunnels.running.current();
        RuntimeException defect = new UncheckedProblem();
        List<RunningTunnel> started = new ArrayList<>();
        TunnelChange change = new TunnelChange(
                new TunnelHost(tunnels.environment, Optional.empty()),
                each -> {
                    started.add(each);
                    throw defect;
                },
                before,
                tunnels.prepare(server("key = \"a.key\""), TunnelsOfFile.tunnel("new", "client", "127.0.0.1:0", wire))
                        .tunnels());
        assertThatThrownBy(change::make).isSameAs(defect);
        assertThat(change.inForce()).isEqualTo(before).allMatch(RunningTunnel::isListening);
        assertThat(started).hasSize(1).noneMatch(RunningTunnel::isListening);
        tunnels.connect("a").echo();
    }

    private static final class UncheckedProblem extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** The process has lost an address: it isn't ready, and the next change tries again. */
    @Test
    void aTunnelThatCantListenAgainIsStillThereAndIsNotListening() throws IOException {
        tunnels.key("old");
        assertThat(tunnels.changeTo(server("key = \"a.key\""), client("a"), client("old")))
                .isEmpty();
        Connection connection = tunnels.connect("a");
        List<ServerSocket> thieves = new ArrayList<>();
        TunnelChange change = new TunnelChange(
                new TunnelHost(tunnels.environment, Optional.empty()),
                each -> {
                    if (each.plan().name().equals("turned")) {
                        each.tunnel().close();
                        thieves.add(listenAt(wire));
                    }
                },
                tunnels.running.current(),
                tunnels.prepare(
                                client("a"),
                                client("old"),
                                otherSide(),
                                TunnelsOfFile.tunnel("bad", "client", tunnels.targetAddress(), "127.0.0.1:9"))
                        .tunnels());
        assertThat(change.make().failures()).hasSize(1);
        assertThat(change.inForce())
                .isEqualTo(tunnels.running.current())
                .filteredOn(each -> !each.isListening())
                .singleElement()
                .matches(each -> each.plan().name().equals("in"));
        assertThat(tunnels.view.tunnels())
                .filteredOn(view -> !view.listening())
                .singleElement()
                .matches(view -> view.name().equals("in"));
        connection.echo();
        thieves.get(0).close();
        assertThat(tunnels.changeTo(server("key = \"a.key\"\ngrace = 0"), client("a"), client("old")))
                .isEmpty();
        connection.echo();
        tunnels.connect("a").echo();
    }

    private static ServerSocket listenAt(String address) {
        try {
            return TunnelsOfFile.listen(Integer.parseInt(address.substring(address.indexOf(':') + 1)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void eachNameIsThereOnceWhileTwoTunnelsSwapTheirNames() throws Exception {
        String other = "127.0.0.1:" + TunnelsOfFile.freePort();
        AtomicBoolean over = new AtomicBoolean();
        assertThat(tunnels.changeTo(named("x", wire), named("y", other))).isEmpty();
        CompletableFuture<Void> reader = CompletableFuture.runAsync(() -> {
            while (!over.get()) {
                assertThat(tunnels.view.tunnels()).extracting(TunnelView::name).doesNotHaveDuplicates();
            }
        });
        for (int i = 0; i < 50; i++) {
            assertThat(tunnels.changeTo(named("y", wire), named("x", other))).isEmpty();
            assertThat(tunnels.changeTo(named("x", wire), named("y", other))).isEmpty();
        }
        over.set(true);
        reader.get(30, TimeUnit.SECONDS);
    }

    private static String named(String name, String listen) {
        return TunnelsOfFile.tunnel(name, "client", listen, "127.0.0.1:9");
    }

    private long sent(String name) throws IOException {
        return tunnels.metric("saltunnel_plain_bytes_total{direction=\"sent\",tunnel=\"" + name + "\"}");
    }

    @Test
    void bytesThatWereCountedStayCounted() throws IOException {
        tunnels.key("old");
        assertThat(tunnels.changeTo(server("key = \"a.key\""), client("a"), client("old")))
                .isEmpty();
        Connection connection = tunnels.connect("a");
        connection.echo();
        assertThat(sent("in")).isEqualTo(1);
        failAChangeThatPausesTheServer();
        assertThat(sent("in")).isEqualTo(1);
        connection.echo();
        assertThat(sent("in")).isEqualTo(2);
        wire = "127.0.0.1:" + TunnelsOfFile.freePort();
        assertThat(tunnels.changeTo(server("key = \"a.key\"\ngrace = 0"), client("a"), client("old")))
                .isEmpty();
        assertThat(sent("in")).isEqualTo(2);
        assertThat(sent("a")).isEqualTo(3);
        String listen = "127.0.0.1:" + TunnelsOfFile.freePort();
        assertThat(tunnels.changeTo(
                        server("key = \"a.key\"\ngrace = 0"),
                        TunnelsOfFile.tunnel("a", "client", listen, wire),
                        client("old")))
                .isEmpty();
        assertThat(sent("a")).isEqualTo(3);
    }

    @Test
    void bytesStayWithTheNamesOfTunnelsThatSwapThem() throws IOException {
        String one = "127.0.0.1:" + TunnelsOfFile.freePort();
        String other = "127.0.0.1:" + TunnelsOfFile.freePort();
        String server = server("key = \"a.key\"");
        assertThat(tunnels.changeTo(
                        server,
                        TunnelsOfFile.tunnel("x", "client", one, wire),
                        TunnelsOfFile.tunnel("y", "client", other, wire)))
                .isEmpty();
        Connection connection = tunnels.connect("x");
        connection.echo();
        assertThat(sent("x")).isEqualTo(2);
        assertThat(tunnels.changeTo(
                        server,
                        TunnelsOfFile.tunnel("y", "client", one, wire),
                        TunnelsOfFile.tunnel("x", "client", other, wire)))
                .isEmpty();
        connection.echo();
        assertThat(sent("x")).isEqualTo(2);
        assertThat(sent("y")).isEqualTo(1);
    }

    @Test
    void metricsNameTheKeyThatEachConnectionProvedWhileItMatters() throws IOException {
        tunnels.key("old");
        String both = "keys = [\"a.key\", \"old.key\"]";
        assertThat(tunnels.changeTo(server(both), client("a"), client("old"))).isEmpty();
        tunnels.connect("a").echo();
        Connection removed = tunnels.connect("old");
        tunnels.connect("old").echo();
        assertThat(keyMetric("proofs_total", "old")).isEqualTo(2);
        assertThat(keyMetric("proofs_total", "a")).isEqualTo(1);
        assertThat(keyMetric("connections_open", "old")).isEqualTo(2);
        assertThat(tunnels.changeTo(server("key = \"a.key\""), client("a"), client("old")))
                .isEmpty();
        removed.echo();
        assertThat(keyMetric("proofs_total", "old")).isEqualTo(2);
        assertThat(tunnels.changeTo(server("key = \"a.key\"" + NOW), client("a"), client("old")))
                .isEmpty();
        assertReset(removed);
        tunnels.awaitNoMetric("saltunnel_key_proofs_total\\{.*key=\"old\",tunnel=\"in\".*");
        assertThat(tunnels.changeTo(server(both), client("a"), client("old"))).isEmpty();
        assertThat(keyMetric("proofs_total", "old")).isEqualTo(2);
    }

    private long keyMetric(String metric, String key) throws IOException {
        String fingerprint =
                tunnels.running(key).prepared().keys().set().label(0).fingerprint();
        return tunnels.metric(
                "saltunnel_key_%s{fingerprint=\"%s\",key=\"%s\",tunnel=\"in\"}".formatted(metric, fingerprint, key));
    }
}
