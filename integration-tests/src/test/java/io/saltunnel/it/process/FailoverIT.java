package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: a server that was killed, or that isn't started yet, costs no connection that had not begun. A target likewise.
 */
@Tag("jdk-independent")
class FailoverIT {

    private static final int LOADS = 12;
    private static final int MOST_BYTES = 20_000;

    /** On each of the loads. */
    private static final int SERVED_BETWEEN_KILLS = 25;

    @RegisterExtension
    final Processes processes = Processes.perTest();

    private static void echo(Socket application) throws IOException {
        application.getOutputStream().write(7);
        assertThat(application.getInputStream().read()).isEqualTo(7);
    }

    private static void assertCarries(SaltunnelProcess client) throws IOException {
        try (Socket application = Sockets.connect(client.address())) {
            echo(application);
        }
    }

    @ParameterizedTest
    @EnumSource
    void noNewConnectionIsLostWithAServerThatIsKilled(Given given) throws Exception {
        try (EchoTarget target = EchoTarget.start()) {
            SaltunnelProcess first = processes.server(target.address());
            SaltunnelProcess second = processes.server(target.address());
            String both = Processes.text(first.address()) + "," + Processes.text(second.address());
            SaltunnelProcess client = given.start(processes, "client", both, "failover=prio", "access-log");
            try (Socket cut = Sockets.connect(client.address())) {
                echo(cut);
                assertThat(client.lines()).noneMatch(line -> line.contains("outcome="));
                first.signal("KILL");
                first.exitCode();
                assertThat(Sockets.readToEnd(cut).ending()).isEqualTo(Sockets.Ending.RESET);
            }
            assertThat(client.awaitLine("outcome=reset")).contains("target=" + Processes.text(first.address()) + " ");
            for (int i = 0; i < 100; i++) {
                assertCarries(client);
            }
            assertThat(client.awaitLines("outcome=", 101).subList(1, 101))
                    .allMatch(line -> line.contains("target=" + Processes.text(second.address()) + " "));
        }
    }

    /** Connections with a request each, one after another, of which some may end with the server that carries them. */
    private static final class Load {
        private final InetSocketAddress client;
        private final long seed;
        private final AtomicBoolean stop;
        private final AtomicInteger served = new AtomicInteger();
        private final AtomicInteger cut = new AtomicInteger();
        private final Task<Void> task;
        private int before;

        Load(InetSocketAddress client, long seed, AtomicBoolean stop) {
            this.client = client;
            this.seed = seed;
            this.stop = stop;
            this.task = Task.start(this::run);
        }

        private Void run() throws IOException {
            Random random = new Random(seed);
            while (!stop.get()) {
                byte[] sent = new byte[1 + random.nextInt(MOST_BYTES)];
                random.nextBytes(sent);
                try (Socket socket = Sockets.connect(client)) {
                    (carries(socket, sent) ? served : cut).incrementAndGet();
                }
            }
            return null;
        }

        /** Whether the answer came, whole and right; false after a reset. Anything else fails the test. */
        private static boolean carries(Socket socket, byte[] sent) throws IOException {
            try {
                socket.getOutputStream().write(sent);
                socket.shutdownOutput();
            } catch (SocketException e) {
                return false;
            }
            Sockets.Rest answer = Sockets.readToEnd(socket);
            if (answer.ending() == Sockets.Ending.RESET) {
                return false;
            }
            assertThat(answer.bytes()).isEqualTo(sent);
            return true;
        }

        boolean hasServedMore(int connections) {
            return served.get() >= before + connections || task.isDone();
        }
    }

    private static void awaitMore(List<Load> loads) {
        loads.forEach(load -> load.before = load.served.get());
        Patience.await("more connections on each load")
                .until(() -> loads.stream().allMatch(load -> load.hasServedMore(SERVED_BETWEEN_KILLS)));
    }

    private SaltunnelProcess clientOf(List<String> servers, String failover) throws IOException {
        Path file = processes.folder().resolve("client.toml");
        Files.write(
                file,
                List.of(
                        "[[tunnel]]",
                        "name = \"it\"",
                        "mode = \"client\"",
                        "listen = \"127.0.0.1:0\"",
                        "to = [\"" + String.join("\", \"", servers) + "\"]",
                        "key = \"" + processes.keyFile() + "\"",
                        "failover = \"" + failover + "\"",
                        "access-log = true"));
        SaltunnelProcess client = processes.start("client", Program.command(List.of("run", "-c", file.toString())));
        client.startLine();
        return client;
    }

    /**
     * The client's access log says how far each connection had come: {@code reset} is one that was tunnelled, so that the
     * server may have had data of it. Only such connections, to a server that was killed, may be cut. One that is
     * still to be tunnelled would be {@code handshake_failed}, {@code connect_failed} or {@code abandoned}.
     */
    @ParameterizedTest
    @ValueSource(strings = {"prio", "rr"})
    void noConnectionThatHadNotBegunIsLostWithServersThatAreKilledUnderLoad(String failover) throws Exception {
        try (EchoTarget target = EchoTarget.start()) {
            List<SaltunnelProcess> servers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                servers.add(processes.server(target.address()));
            }
            List<String> addresses = servers.stream()
                    .map(server -> Processes.text(server.address()))
                    .toList();
            SaltunnelProcess client = clientOf(addresses, failover);
            AtomicBoolean stop = new AtomicBoolean();
            List<Load> loads = new ArrayList<>();
            for (int i = 0; i < LOADS; i++) {
                loads.add(new Load(client.address(), i, stop));
            }
            awaitMore(loads);
            for (SaltunnelProcess killed : servers.subList(0, 2)) {
                killed.signal("KILL");
                awaitMore(loads);
            }
            stop.set(true);
            int served = 0;
            int cut = 0;
            for (Load load : loads) {
                load.task.result();
                served += load.served.get();
                cut += load.cut.get();
            }
            List<String> ends = client.awaitLines(" outcome=", served + cut);
            assertThat(ends).hasSize(served + cut);
            assertThat(ends).allMatch(line -> line.contains(" outcome=completed") || line.contains(" outcome=reset"));
            List<String> reset = client.linesWith(" outcome=reset");
            assertThat(reset).hasSizeBetween(cut, 2 * LOADS);
            assertThat(reset)
                    .allMatch(line -> addresses.subList(0, 2).stream()
                            .anyMatch(killed -> line.contains(" target=" + killed + " ")));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTargetThatRefusesIsPassedOver(Given given) throws Exception {
        try (EchoTarget target = EchoTarget.start()) {
            InetSocketAddress gone = Sockets.closedPort();
            SaltunnelProcess server = given.start(
                    processes,
                    "server",
                    Processes.text(gone) + "," + Processes.text(target.address()),
                    "failover=rr",
                    "connect-patience=0");
            SaltunnelProcess client = processes.client(server.address());
            for (int i = 0; i < 4; i++) {
                assertCarries(client);
            }
        }
    }

    @Test
    void aServerThatStartsAfterItsClientCostsNoConnection() throws Exception {
        Path socket = processes.folder().resolve("server");
        try (EchoTarget target = EchoTarget.start()) {
            SaltunnelProcess client = processes.start(
                    "client", "127.0.0.1:0", "unix:" + socket, "--connect-patience", "1h", "--transport", "nio");
            try (Socket application = Sockets.connect(client.address())) {
                application.getOutputStream().write(7);
                processes.start("server", "unix:" + socket, Processes.text(target.address()), "--transport", "nio");
                assertThat(application.getInputStream().read()).isEqualTo(7);
                echo(application);
            }
        }
    }
}
