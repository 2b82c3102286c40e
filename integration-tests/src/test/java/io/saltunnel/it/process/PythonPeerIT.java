package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.it.process.PythonPeer.Report;
import io.saltunnel.it.process.Sockets.Ending;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Goal: our programs and a peer of version 2 that was written in another language, from the description alone,
 * understand each other.
 */
@Tag("jdk-independent")
class PythonPeerIT {

    private static final Path VECTORS = Path.of("../saltunnel-core/src/test/resources/vectors/protocol2.json");

    /** Some 600 chunks, two changes of the Python peer's key. */
    private static final Payload SOME = new Payload(18, 300_000);

    /** More than a key of ours seals. */
    private static final Payload MORE_THAN_A_KEY_SEALS = new Payload(19, 65_600 * 494L);

    @RegisterExtension
    final Processes processes = Processes.perTest();

    @Test
    void itComputesWhatTheVectorsSay() throws Exception {
        assertThat(PythonPeer.vectors(VECTORS).output()).isEqualTo("3 connections agree\n");
    }

    @Test
    void ourServerUnderstandsItsClientAndItOurs() throws Exception {
        try (ServerSocket target = Sockets.listen()) {
            SaltunnelProcess server = processes.server(Sockets.address(target), "--protocol", "2", "--name", "door");
            try (PythonPeer client = PythonPeer.client(processes.keyFile(), server.address(), "door");
                    Socket plain = Sockets.accept(target)) {
                Task<Payload.Checksum> arrived = Task.start(() -> Payload.readFrom(plain.getInputStream()));
                try (OutputStream input = client.input()) {
                    SOME.writeTo(input);
                }
                assertThat(arrived.result()).isEqualTo(SOME.checksum());
                MORE_THAN_A_KEY_SEALS.writeTo(plain.getOutputStream());
                plain.shutdownOutput();

                Report report = client.report();
                try (InputStream received = new FileInputStream(client.received())) {
                    assertThat(Payload.readFrom(received)).isEqualTo(MORE_THAN_A_KEY_SEALS.checksum());
                }
                assertThat(report.sent().keyChanges()).isEqualTo(2);
                assertThat(report.sent().padding()).isEqualTo(2);
                assertThat(report.received().chunks()).isGreaterThan(65_536);
                assertThat(report.received().keyChanges()).isPositive();
            }
        }
    }

    @Test
    void ourClientUnderstandsItsServerAndItOurs() throws Exception {
        try (PythonPeer server = PythonPeer.server(processes.keyFile(), "door")) {
            SaltunnelProcess client = processes.client(server.address(), "--protocol", "2", "--name", "door");
            try (Socket application = Sockets.connect(client.address())) {
                Task<Payload.Checksum> back = Task.start(() -> Payload.readFrom(application.getInputStream()));
                Payload.Checksum sent = MORE_THAN_A_KEY_SEALS.writeTo(application.getOutputStream());
                application.shutdownOutput();
                assertThat(back.result()).isEqualTo(sent);

                Report report = server.report();
                assertThat(report.received().chunks()).isGreaterThan(65_536);
                assertThat(report.received().keyChanges()).isPositive();
                assertThat(report.sent().keyChanges()).isGreaterThan(200);
                assertThat(report.sent().padding()).isGreaterThan(200);
            }
        }
    }

    /** A client of another name meets silence: not a byte, until the connection's deadline. */
    @Test
    void ourServerIsSilentTowardsItsClientOfAnotherName() throws Exception {
        try (ServerSocket target = Sockets.listen()) {
            SaltunnelProcess server = processes.server(
                    Sockets.address(target), "--protocol", "2", "--name", "door", "--handshake-timeout", "0.5");
            for (String[] name : new String[][] {{"gate"}, {}}) {
                try (PythonPeer client = PythonPeer.client(processes.keyFile(), server.address(), name)) {
                    assertThat(client.said()).isEqualTo("refused: the connection ended\n");
                }
            }
        }
    }

    @Test
    void itsServerRefusesOurClientOfAnotherName() throws Exception {
        try (PythonPeer server = PythonPeer.server(processes.keyFile(), "door")) {
            SaltunnelProcess client = processes.client(
                    server.address(), "--protocol", "2", "--name", "gate", "--handshake-timeout", "0.5");
            try (Socket application = Sockets.connect(client.address())) {
                assertThat(Sockets.readToEnd(application).ending()).isEqualTo(Ending.RESET);
            }
            assertThat(server.said()).isEqualTo("refused: name\n");
            assertThat(client.awaitLine("no tunnel to")).isNotEmpty();
        }
    }
}
