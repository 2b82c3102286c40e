package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.it.process.Sockets.Ending;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A tunnel's target may be gone, silent, or back again: one connection fails with one line, and the program continues.
 */
class TargetIT {

    @RegisterExtension
    final Processes processes = Processes.perTest();

    @Test
    void aTargetThatRefusesAndComesBack() throws Exception {
        InetSocketAddress address = Sockets.closedPort();
        TunnelPair tunnel = processes.tunnel(address);
        assertThat(Sockets.endingOf(tunnel.address())).isEqualTo(Ending.RESET);
        assertThat(tunnel.server().awaitLine("can't connect")).contains(Processes.text(address), "connection refused");
        assertThat(tunnel.server().linesWith("can't connect")).hasSize(1);

        for (int time = 0; time < 2; time++) {
            try (EchoTarget target = EchoTarget.at(address);
                    Socket application = tunnel.connect()) {
                application.getOutputStream().write(7);
                assertThat(application.getInputStream().read()).isEqualTo(7);
                assertThat(target.accepted()).isOne();
            }
            assertThat(Sockets.endingOf(tunnel.address())).isEqualTo(Ending.RESET);
        }
    }

    @Test
    void aServerThatRefuses() throws Exception {
        InetSocketAddress address = Sockets.closedPort();
        SaltunnelProcess client = processes.client(address, "--connect-patience", "0");
        assertThat(Sockets.endingOf(client.address())).isEqualTo(Ending.RESET);
        assertThat(client.awaitLine("can't connect")).contains(Processes.text(address), "connection refused");
        assertThat(client.linesWith("can't connect")).hasSize(1);
        assertThat(client.isAlive()).isTrue();
    }

    @Test
    void aNameThatDoesNotResolve() throws Exception {
        SaltunnelProcess client =
                processes.start("client", "127.0.0.1:0", "no-such-host.invalid:80", "--connect-patience", "0");
        assertThat(client.awaitLine("the name no-such-host.invalid does not resolve"))
                .contains("warning");
        assertThat(Sockets.endingOf(client.address())).isEqualTo(Ending.RESET);
        assertThat(client.awaitLine("can't connect")).contains("no-such-host.invalid:80", "does not resolve");
    }

    /** The program resolves names only by a file, which the test writes. */
    @Test
    void aNameThatFailsAndComesBack() throws Exception {
        Path names = Files.createFile(processes.folder().resolve("hosts"));
        try (EchoTarget target = EchoTarget.start()) {
            List<String> command = Program.command(
                    List.of(
                            "server",
                            "-v", // logs each failure
                            "-k",
                            processes.keyFile().toString(),
                            "127.0.0.1:0",
                            "target.test:" + target.address().getPort()),
                    "-Djdk.net.hosts.file=" + names);
            SaltunnelProcess server = processes.start("server", command);
            TunnelPair tunnel = new TunnelPair(processes.client(server.address()), server);
            for (int time = 1; time <= 2; time++) {
                Files.writeString(names, "");
                assertThat(Sockets.endingOf(tunnel.address())).isEqualTo(Ending.RESET);
                assertThat(server.awaitLines("can't connect", time))
                        .hasSize(time)
                        .last(InstanceOfAssertFactories.STRING)
                        .contains("does not resolve");

                Files.writeString(names, "127.0.0.1 target.test\n");
                try (Socket application = tunnel.connect()) {
                    application.getOutputStream().write(time);
                    assertThat(application.getInputStream().read()).isEqualTo(time);
                }
            }
        }
    }

    /** A listener with a full queue drops connections, like an address without a host. */
    @Test
    void theTimeOutForConnecting() throws Exception {
        List<SocketChannel> queue = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            for (int i = 0; i < 8; i++) {
                SocketChannel waiting = SocketChannel.open();
                waiting.configureBlocking(false);
                waiting.connect(Sockets.address(full));
                queue.add(waiting);
            }
            SaltunnelProcess client = processes.client(Sockets.address(full), "-t", "0.25");
            assertThat(Sockets.endingOf(client.address())).isEqualTo(Ending.RESET);
            assertThat(client.awaitLine("can't connect")).contains("within 0.25 s");
        } finally {
            for (SocketChannel waiting : queue) {
                waiting.close();
            }
        }
    }
}
