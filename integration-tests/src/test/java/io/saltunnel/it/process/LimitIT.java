package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.it.process.Sockets.Ending;
import io.saltunnel.it.process.Sockets.Rest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Connections beyond a limit wait, and do no harm to others. */
@Tag("jdk-independent")
class LimitIT {

    private static final int SURPLUS = 100;
    private static final String NO_FILES = "too many open files";

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
            SaltunnelProcess server = processes.server(target.address(), "-m", "1", "--handshake-timeout", "4");
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

    @Test
    void tooFewOpenFilesForAllConnectionsAreToldOfAtTheStart() throws Exception {
        try (EchoTarget target = EchoTarget.start()) {
            SaltunnelProcess server = withFiles(256, "server", target.address(), "-m", "100");
            assertThat(server.awaitLine("open files"))
                    .contains("warning: 100 connections at once", "take 456 open files, and 256 are allowed")
                    .contains("`ulimit -n 456`", "-m");
            SaltunnelProcess client = withFiles(256, "client", server.address(), "-m", "100");
            assertThat(client.awaitLine("open files")).contains("take 328 open files, and 256 are allowed");
            SaltunnelProcess enough = withFiles(456, "server", target.address(), "-m", "100");
            enough.startLine();
            assertThat(enough.linesWith("open files")).isEmpty();
        }
    }

    /**
     * Without file descriptors, accepting pauses. When some are free again, it resumes, and every connection is served.
     */
    @Test
    void aClientWithoutFileDescriptorsRecovers() throws Exception {
        try (EchoTarget target = EchoTarget.start()) {
            SaltunnelProcess server = processes.server(target.address());
            SaltunnelProcess client = withFewFiles("client", server.address(), "-m", "1000");
            comeAndGo(client, client);
            try (Socket later = Sockets.connect(client.address())) {
                echo(later);
            }
        }
    }

    /**
     * The same if unauthenticated connections hold the descriptors, and if a tunnel's connection to the target needs
     * one too many.
     */
    @Test
    void aServerWithoutFileDescriptorsRecovers() throws Exception {
        try (EchoTarget target = EchoTarget.start()) {
            // Unauthenticated connections stay until the deadline, even if the peer has closed them.
            SaltunnelProcess server = withFewFiles("server", target.address(), "--handshake-timeout", "2");
            SaltunnelProcess client = processes.client(server.address(), "-m", "1000");
            comeAndGo(server, server);
            comeAndGo(server, client);
            try (Socket later = Sockets.connect(client.address())) {
                echo(later);
            }
        }
    }

    private SaltunnelProcess withFewFiles(String role, InetSocketAddress to, String... options) throws IOException {
        return withFiles(80, role, to, options);
    }

    private SaltunnelProcess withFiles(int files, String role, InetSocketAddress to, String... options)
            throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of(role, "-k", processes.keyFile().toString()));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of("127.0.0.1:0", Processes.text(to)));
        List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -n " + files + "; exec \"$@\"", "sh"));
        command.addAll(Program.command(arguments));
        return processes.start(role, command);
    }

    /** Opens more connections through an entry than a program has files for, then closes them all. */
    private static void comeAndGo(SaltunnelProcess program, SaltunnelProcess entry) throws IOException {
        int before = program.linesWith(NO_FILES).size();
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < SURPLUS; i++) {
                try {
                    sockets.add(Sockets.connect(entry.address()));
                } catch (SocketException e) {
                    assertThat(Sockets.isReset(e)).as("%s", e).isTrue(); // it was opened and closed again
                }
            }
            program.awaitLines(NO_FILES, before + 1);
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
        Patience.await("they are gone").until(() -> hasNobody(entry) && hasNobody(program));
    }

    /**
     * Whether the program has no connection, not even one that its peer has closed and that is still to be accepted.
     */
    private static boolean hasNobody(SaltunnelProcess program) throws IOException {
        return program.status().waitingOn(program.address().getPort()) == 0
                && program.status().connections() == 0;
    }

    private static void echo(Socket socket) throws IOException {
        socket.getOutputStream().write(9);
        assertThat(socket.getInputStream().read()).isEqualTo(9);
    }
}
