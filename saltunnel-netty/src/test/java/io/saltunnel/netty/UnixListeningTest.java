package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.address.UnixPath;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The file of a UNIX domain socket that a tunnel listens on: its mode, what it replaces, and its end. */
@Timeout(60)
@ParameterizedClass
@EnumSource(
        value = Transport.class,
        names = {"EPOLL", "NIO"})
class UnixListeningTest {
    @TempDir
    Path directory;

    private final Transport transport;

    private final LongTermKey key = LongTermKey.random();

    UnixListeningTest(Transport transport) {
        this.transport = transport;
    }

    @AfterEach
    void closeKey() {
        key.close();
    }

    private Path file() {
        return directory.resolve("socket");
    }

    private Tunnel listen(String options) {
        return builder(options).start().join();
    }

    private ClientBuilder builder(String options) {
        return Tunnel.client(key)
                .transport(transport)
                .listen(Endpoint.parse("unix:" + file() + options))
                .server(HostAndPort.parse("127.0.0.1:1"));
    }

    private void assertRefused(String reason) throws IOException {
        assertThatThrownBy(() -> listen(""))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOf(IOException.class)
                .hasMessage("can't listen on unix:" + file() + ": " + reason);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).allMatch(left -> left.equals(file()));
        }
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(file()));
    }

    private String permissions() throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file()));
    }

    /** Leaves its file behind, as a process that is killed does. */
    private void leaveStaleSocket() throws IOException {
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(file()));
        }
    }

    @Test
    void onlyTheOwnerMayConnect() throws Exception {
        try (Tunnel tunnel = listen("")) {
            assertThat(permissions()).isEqualTo("rw-------");
            assertThat(tunnel.boundAddress()).isEqualTo(new UnixPath(file().toString()));
            connect().close();
        }
    }

    @Test
    void othersMayConnectIfTheModeSaysSo() throws Exception {
        try (Tunnel tunnel = listen(";mode=0660")) {
            assertThat(permissions()).isEqualTo("rw-rw----");
            assertThat(tunnel.boundAddress()).hasToString("unix:" + file() + ";mode=0660");
        }
        try (Tunnel tunnel = listen(";mode=0751")) {
            assertThat(permissions()).isEqualTo("rwxr-x--x");
            assertThatThrownBy(tunnel::boundPort).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void leavesNothingBehind() throws Exception {
        listen("").close();
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void replacesASocketThatNobodyListensOn() throws Exception {
        leaveStaleSocket();
        try (Tunnel tunnel = listen("")) {
            assertThat(tunnel.stats().accepted()).isZero();
            connect().close();
            Await.until("the connection", () -> tunnel.stats().accepted() == 1);
        }
        assertThat(file()).doesNotExist();
    }

    @Test
    void refusesASocketThatIsListenedOn() throws Exception {
        try (Tunnel first = listen("")) {
            assertRefused("it is already listened on");
            connect().close(); // still the first one's
            Await.until("the connection", () -> first.stats().accepted() >= 2);
        }
        assertThat(file()).doesNotExist();
    }

    @Test
    void refusesAFileThatIsNoSocket() throws Exception {
        Files.writeString(file(), "precious");
        assertRefused("the file there is no socket; remove it, or choose another path");
        assertThat(file()).hasContent("precious");
    }

    @Test
    void refusesALinkEvenToASocket() throws Exception {
        Files.createSymbolicLink(file(), directory.resolve("none"));
        assertRefused("the file there is no socket; remove it, or choose another path");
    }

    @Test
    void refusesAMissingDirectory() {
        assertThatThrownBy(() -> Tunnel.client(key)
                        .transport(transport)
                        .listen(new UnixPath(directory + "/none/socket"))
                        .server(HostAndPort.parse("127.0.0.1:1"))
                        .start()
                        .join())
                .hasMessageContaining("there is no directory " + directory + "/none");
    }

    @Test
    void refusesADirectoryWithoutRoomForANameInIt() throws Exception {
        Path deep = directory;
        while (deep.toString().length() < 85) {
            deep = Files.createDirectory(deep.resolve("0123456789"));
        }
        String path =
                deep + "/" + "s".repeat(UnixPath.MAX_BYTES - 1 - deep.toString().length());
        if (deep.toString().length() + 13 > UnixPath.MAX_BYTES) {
            assertThatThrownBy(() -> Tunnel.client(key)
                            .transport(transport)
                            .listen(new UnixPath(path))
                            .server(HostAndPort.parse("127.0.0.1:1"))
                            .start()
                            .join())
                    .hasMessageContaining("bytes too long to make a socket there");
        }
    }

    @Test
    void leavesAFileThatIsNotItsOwnAnyMore() throws Exception {
        Tunnel tunnel = listen("");
        Files.delete(file());
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(file()));
            tunnel.close();
            connect().close();
        }
    }

    @Test
    void removesTheFileAsItStopsListening() throws Exception {
        Tunnel tunnel = listen("");
        try (SocketChannel open = connect()) {
            Await.until("the connection", () -> tunnel.stats().accepted() == 1);
            tunnel.stop(Duration.ofSeconds(50));
            Await.until("the end of listening", () -> !Files.exists(file()));
            assertThat(open.isOpen()).isTrue();
        }
        tunnel.close();
    }

    @Test
    void refusesNetworksWhereConnectionsHaveNoAddress() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder("").allowFrom("127.0.0.0/8").start())
                .withMessageContaining("the mode of the file says who may connect");
    }

    @Test
    void refusesAModeToConnectWith() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tunnel.client(key).server(Endpoint.parse("unix:/run/x;mode=0666")))
                .withMessageContaining("only the process that listens there sets one");
    }
}
