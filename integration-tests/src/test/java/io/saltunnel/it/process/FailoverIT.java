package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: a server that was killed, or that isn't started yet, costs no connection that had not begun. A target likewise.
 */
@Tag("jdk-independent")
class FailoverIT {

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
