package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An application and a target that know UNIX domain sockets only reach each other; the socket's file comes and goes.
 */
class UnixSocketIT {

    @RegisterExtension
    final Processes processes = Processes.perTest();

    private Path socket(String name) throws IOException {
        return processes.folder().resolve(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "nio"})
    void carriesFromOneSocketToAnother(String transport) throws Exception {
        try (ServerSocketChannel target = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            target.bind(UnixDomainSocketAddress.of(socket("target")));
            SaltunnelProcess server =
                    processes.start("server", "127.0.0.1:0", "unix:" + socket("target"), "--transport", transport);
            SaltunnelProcess client = processes.start(
                    "client",
                    "unix:" + socket("client") + ";mode=0660",
                    Processes.text(server.address()),
                    "--transport",
                    transport);
            assertThat(client.startLine()).contains("listening on unix:" + socket("client") + ";mode=0660, forwarding");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket("client"))))
                    .isEqualTo("rw-rw----");
            try (SocketChannel application = connect();
                    SocketChannel accepted = target.accept()) {
                application.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
                application.shutdownOutput();
                ByteBuffer received = ByteBuffer.allocate(10);
                while (accepted.read(received) >= 0) {
                    assertThat(received.position()).isLessThan(4);
                }
                assertThat(received.position()).isEqualTo(3);
                accepted.write(ByteBuffer.wrap(new byte[] {4}));
                assertThat(application.read(received)).isOne();
            }
            client.signal("TERM");
            assertThat(client.exitCode()).isZero();
            assertThat(socket("client")).doesNotExist();
        }
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(socket("client")));
    }

    @Test
    void takesTheSocketOfAKilledProcessAndNotOfALivingOne() throws Exception {
        String path = "unix:" + socket("client");
        SaltunnelProcess first = processes.start("client", path, "127.0.0.1:9");
        first.startLine();
        Finished second = Program.run("client", "-k", processes.keyFile().toString(), path, "127.0.0.1:9");
        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second.errors())
                .isEqualTo(
                        "saltunnel: cannot listen on " + path + ": it is already listened on" + System.lineSeparator());
        first.signal("KILL");
        first.exitCode();
        assertThat(socket("client")).exists();
        SaltunnelProcess third = processes.start("client", path, "127.0.0.1:9");
        third.startLine();
        connect().close();
    }
}
