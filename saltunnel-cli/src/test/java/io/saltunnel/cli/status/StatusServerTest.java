package io.saltunnel.cli.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.HostAndPort;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The status server on real sockets. */
class StatusServerTest {

    private static final String REQUEST = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private final SampleProcess process = new SampleProcess();

    @Test
    void answersOnTcp() throws Exception {
        try (StatusServer server = start("127.0.0.1:0");
                Socket client = connect(server)) {
            client.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
            assertThat(all(client.getInputStream()))
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .endsWith("\r\n\r\nok\n");
        }
    }

    @Test
    void aRefusalArrivesAlthoughABodyWasSent() throws Exception {
        byte[] body = new byte[200_000];
        try (StatusServer server = start("127.0.0.1:0");
                Socket client = connect(server)) {
            client.getOutputStream()
                    .write(("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            client.getOutputStream().write(body);
            assertThat(all(client.getInputStream())).startsWith("HTTP/1.1 405 ");
        }
    }

    @Test
    void answersOnAUnixSocketThatOnlyTheOwnerMayUse(@TempDir Path directory) throws Exception {
        Path path = directory.resolve("status.sock");
        try (StatusServer server = start("unix:" + path)) {
            assertThat(server.address()).hasToString("unix:" + path);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rw-------");
            assertThat(askUnix(path)).startsWith("HTTP/1.1 200 OK\r\n");
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void replacesAStaleUnixSocketAndNoOtherFile(@TempDir Path directory) throws Exception {
        Path path = directory.resolve("status.sock");
        try (ServerSocketChannel stale = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            stale.bind(UnixDomainSocketAddress.of(path));
            assertThatThrownBy(() -> start("unix:" + path)).hasMessage("it is already listened on");
        }
        start("unix:" + path).close();
        Files.writeString(path, "mine");
        assertThatThrownBy(() -> start("unix:" + path)).hasMessageContaining("is no socket");
        assertThat(path).hasContent("mine");
    }

    @Test
    void aTakenPortIsAnError() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            assertThatThrownBy(() -> start("127.0.0.1:" + taken.getLocalPort()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Address already in use");
        }
    }

    @Test
    void connectionsBeyondTheLimitAreClosedAndTheOthersServed() throws Exception {
        List<Socket> idle = new ArrayList<>();
        try (StatusServer server = start("127.0.0.1:0")) {
            for (int i = 0; i < StatusServer.MOST_CONNECTIONS; i++) {
                idle.add(connect(server));
            }
            try (Socket tooMany = connect(server)) {
                assertThat(tooMany.getInputStream().read()).isEqualTo(-1);
            }
            Socket first = idle.get(0);
            first.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
            assertThat(all(first.getInputStream())).startsWith("HTTP/1.1 200 OK\r\n");
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    private StatusServer start(String address) throws IOException {
        return StatusServer.start(Endpoint.parse(address), process);
    }

    private static Socket connect(StatusServer server) throws IOException {
        return new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), ((HostAndPort) server.address()).port());
    }

    private static String askUnix(Path path) throws IOException {
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            client.write(ByteBuffer.wrap(REQUEST.getBytes(StandardCharsets.US_ASCII)));
            return all(Channels.newInputStream(client));
        }
    }

    private static String all(InputStream answer) throws IOException {
        return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
    }
}
