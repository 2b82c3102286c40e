package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.it.process.Sockets.Ending;
import io.saltunnel.it.process.Sockets.Rest;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is too much waits, and harms nobody. */
class LimitIT {

    private static final int SURPLUS = 100;

    @RegisterExtension
    final Processes processes = Processes.perTest();

    @Test
    void theClientLeavesFurtherConnectionsInTheAcceptQueue() throws Exception {
        try (EchoTarget target = EchoTarget.start()) {
            SaltunnelProcess server = processes.server(target.address());
            SaltunnelProcess client = processes.client(server.address(), "-m", "2");
            try (Socket first = Sockets.connect(client.address());
                    Socket second = Sockets.connect(client.address())) {
                echo(first);
                echo(second);
                try (Socket third = Sockets.connect(client.address())) {
                    third.getOutputStream().write(3);
                    int port = client.address().getPort();
                    Patience.await("the third waits")
                            .until(() -> client.status().waitingOn(port) == 1);
                    assertThat(client.awaitLine("further ones wait")).contains("2 connections");
                    echo(first);
                    echo(second);
                    assertThat(target.accepted()).isEqualTo(2);
                    first.shutdownOutput();
                    assertThat(first.getInputStream().read()).isEqualTo(-1);
                    assertThat(third.getInputStream().read()).isEqualTo(3);
                }
            }
        }
    }

    @Test
    void theServerLetsFurtherTunnelsWaitUntilTheirDeadline() throws Exception {
        try (EchoTarget target = EchoTarget.start()) {
            SaltunnelProcess server = processes.server(target.address(), "-m", "1", "--handshake-timeout", "2");
            SaltunnelProcess client = processes.client(server.address());
            try (Socket first = Sockets.connect(client.address())) {
                echo(first);
                try (Socket second = Sockets.connect(client.address())) {
                    second.getOutputStream().write(2);
                    assertThat(Sockets.readToEnd(second))
                            .extracting(Rest::ending)
                            .isEqualTo(Ending.RESET);
                }
                server.awaitLine("no tunnel slot became free");
                echo(first);
                assertThat(target.accepted()).isOne();
            }
            try (Socket third = Sockets.connect(client.address())) {
                echo(third);
            }
        }
    }

    /** Out of file descriptors, accepting pauses; with some back, it goes on, and everybody is served. */
    @Test
    void aProgramWithoutFileDescriptorsRecovers() throws Exception {
        try (EchoTarget target = EchoTarget.start()) {
            SaltunnelProcess server = processes.server(target.address());
            List<String> java = Processes.javaCommand(List.of(
                    "client",
                    "-k",
                    processes.keyFile().toString(),
                    "-m",
                    "1000",
                    "127.0.0.1:0",
                    Processes.text(server.address())));
            List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -n 100; exec \"$@\"", "sh"));
            command.addAll(java);
            SaltunnelProcess client = processes.start("client", command);
            List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < SURPLUS; i++) {
                sockets.add(Sockets.connect(client.address()));
            }
            client.awaitLine("can't accept connections");
            for (Socket socket : sockets) {
                socket.close();
            }
            try (Socket later = Sockets.connect(client.address())) {
                echo(later);
            }
        }
    }

    private static void echo(Socket socket) throws IOException {
        socket.getOutputStream().write(9);
        assertThat(socket.getInputStream().read()).isEqualTo(9);
    }
}
