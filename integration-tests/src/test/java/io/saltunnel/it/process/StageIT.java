package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saltunnel.it.process.Sockets.Ending;
import io.saltunnel.it.process.Sockets.Rest;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: each stage works in the program, however it is configured, and so does a stage in a separate jar beside the
 * program's.
 */
@Tag("jdk-independent")
class StageIT {

    private static final int PROXY_HEADER_BYTES = 28;
    private static final int MEGABYTE = 1_000_000;
    private static final Path EXAMPLES = Path.of(
                    System.getProperty("saltunnel.examples.jar", "../examples/target/saltunnel-examples.jar"))
            .toAbsolutePath()
            .normalize();

    @RegisterExtension
    static final Processes processes = Processes.perClass();

    private static ServerSocket target;
    private static SaltunnelProcess server;
    private static SaltunnelProcess plain;

    @BeforeAll
    static void startServerAndPlainClient() throws IOException {
        target = Sockets.listen();
        server = processes.server(Sockets.address(target));
        plain = processes.client(server.address());
    }

    @AfterAll
    static void closeTarget() throws IOException {
        target.close();
    }

    @ParameterizedTest
    @EnumSource
    void theTargetIsToldWhoConnected(Given given) throws Exception {
        SaltunnelProcess client = client(given, "proxy-header");
        try (Socket application = Sockets.connect(client.address());
                Socket accepted = Sockets.accept(target)) {
            assertThat(accepted.getInputStream().readNBytes(PROXY_HEADER_BYTES)).isEqualTo(proxyHeader(application));
            echo(application, accepted);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theTargetIsToldWhoConnectedToALoadBalancer(Given given) throws Exception {
        SaltunnelProcess client = client(given, "accept-proxy", "allow-from=127.0.0.1", "proxy-header", "access-log");
        try (Socket balancer = Sockets.connect(client.address())) {
            balancer.getOutputStream()
                    .write("PROXY TCP4 192.0.2.1 198.51.100.1 40000 443\r\n".getBytes(StandardCharsets.US_ASCII));
            try (Socket accepted = Sockets.accept(target)) {
                byte[] header = accepted.getInputStream().readNBytes(PROXY_HEADER_BYTES);
                assertThat(Arrays.copyOfRange(header, 16, PROXY_HEADER_BYTES))
                        .isEqualTo(HexFormat.of().parseHex("c0000201c63364019c4001bb"));
                echo(balancer, accepted);
            }
        }
        client.awaitLine("peer=192.0.2.1:40000 ");
    }

    @ParameterizedTest
    @EnumSource
    void aConnectionWithoutTheHeaderIsReset(Given given) throws Exception {
        SaltunnelProcess client = client(given, "accept-proxy", "allow-from=127.0.0.1", "access-log");
        try (Socket application = Sockets.connect(client.address())) {
            application.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(Sockets.readToEnd(application).ending()).isEqualTo(Ending.RESET);
        }
        assertThat(client.awaitLine("outcome=")).endsWith(" reason=\"no valid PROXY protocol header\"");
    }

    /** Version 2 of the PROXY protocol, TCP over IPv4. */
    private static byte[] proxyHeader(Socket application) {
        ByteBuffer header = ByteBuffer.allocate(PROXY_HEADER_BYTES);
        header.put("\r\n\r\n\0\r\nQUIT\n".getBytes(StandardCharsets.US_ASCII));
        header.put((byte) 0x21).put((byte) 0x11).putShort((short) 12);
        header.put(application.getLocalAddress().getAddress());
        header.put(application.getInetAddress().getAddress());
        header.putShort((short) application.getLocalPort()).putShort((short) application.getPort());
        return header.array();
    }

    @ParameterizedTest
    @EnumSource
    void sourcesOutsideTheNetworksAreTurnedAway(Given given) throws Exception {
        SaltunnelProcess closed = client(given, "allow-from=192.0.2.0/24", "access-log");
        try (Socket application = Sockets.connect(closed.address())) {
            assertThat(Sockets.readToEnd(application).bytes()).isEmpty();
            closed.awaitLine("peer=127.0.0.1:" + application.getLocalPort() + " ");
        }
    }

    /** The server sends nothing; the client's message names the settings that its user may check. */
    @ParameterizedTest
    @EnumSource
    void aClientThatTheServerTurnsAwayIsToldOfTheServersNetworks(Given given) throws Exception {
        SaltunnelProcess closed =
                given.start(processes, "server", Processes.text(Sockets.address(target)), "allow-from=192.0.2.0/24");
        SaltunnelProcess client = processes.client(closed.address());
        assertThat(Sockets.endingOf(client.address())).isEqualTo(Ending.RESET);
        assertThat(client.awaitLine("no tunnel to " + Processes.text(closed.address())))
                .contains("allow-from", "include this machine");
    }

    @ParameterizedTest
    @EnumSource
    void sourcesWithinTheNetworksAreServedAndLogged(Given given) throws Exception {
        SaltunnelProcess client = client(given, "allow-from=192.0.2.0/24,127.0.0.0/8", "access-log");
        int port;
        try (Socket application = Sockets.connect(client.address());
                Socket accepted = Sockets.accept(target)) {
            port = application.getLocalPort();
            echo(application, accepted);
            accepted.getOutputStream().write(new byte[2000]);
            accepted.shutdownOutput();
            assertThat(application.getInputStream().readAllBytes()).hasSize(2000);
            application.shutdownOutput();
            assertThat(accepted.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(client.awaitLine("peer=127.0.0.1:" + port + " "))
                .matches(
                        ".*time=\\S+Z( tunnel=it)? id=\\d+ peer=\\S+ target=" + Processes.text(server.address())
                                + " seconds=[0-9.]+ from_peer=1 to_peer=2001 outcome=completed key=[0-9a-f]{8} key_name=[a-z]+");
    }

    @ParameterizedTest
    @EnumSource
    void idleConnectionsAreReset(Given given) throws Exception {
        SaltunnelProcess client = client(given, "idle-timeout=3", "access-log");
        try (Socket application = Sockets.connect(client.address());
                Socket accepted = Sockets.accept(target)) {
            accepted.getOutputStream().write(1);
            assertThat(Sockets.readToEnd(application)).extracting(Rest::ending).isEqualTo(Ending.RESET);
            assertThat(Sockets.readToEnd(accepted)).extracting(Rest::ending).isEqualTo(Ending.RESET);
        }
        assertThat(client.awaitLine("outcome=reset")).endsWith(" reason=\"idle for 3.0 s\"");
    }

    @ParameterizedTest
    @EnumSource
    void aConnectionsBandwidthIsLimited(Given given) throws Exception {
        assertIsSlow(client(given, "bandwidth=20k"));
    }

    @ParameterizedTest
    @EnumSource
    void allConnectionsBandwidthIsLimited(Given given) throws Exception {
        assertIsSlow(client(given, "total-bandwidth=20k"));
    }

    /**
     * A transfer that would take 40 s starts first. It isn't half done when the same amount has passed through a client
     * without the limit.
     */
    private static void assertIsSlow(SaltunnelProcess limited) throws Exception {
        try (Socket slowApplication = Sockets.connect(limited.address());
                Socket slowAccepted = Sockets.accept(target);
                Socket fastApplication = Sockets.connect(plain.address());
                Socket fastAccepted = Sockets.accept(target)) {
            AtomicInteger slowly = new AtomicInteger();
            Task.start(() -> send(slowApplication));
            Task<Void> reader = Task.start(() -> count(slowAccepted, slowly));
            Task<Void> quickly = Task.start(() -> send(fastApplication));
            assertThat(fastAccepted.getInputStream().readNBytes(MEGABYTE)).hasSize(MEGABYTE);
            quickly.result();
            assertThat(slowly).hasValueLessThan(MEGABYTE / 2);
            Sockets.reset(slowApplication); // the rest isn't waited for
            assertThatThrownBy(reader::result).isInstanceOf(IOException.class);
        }
    }

    private static Void send(Socket socket) throws IOException {
        for (int sent = 0; sent < MEGABYTE; sent += 10_000) {
            socket.getOutputStream().write(new byte[10_000]);
        }
        return null;
    }

    private static Void count(Socket socket, AtomicInteger bytes) throws IOException {
        byte[] buffer = new byte[10_000];
        for (int n = socket.getInputStream().read(buffer);
                n >= 0;
                n = socket.getInputStream().read(buffer)) {
            bytes.addAndGet(n);
        }
        return null;
    }

    @ParameterizedTest
    @EnumSource
    void aStageBesideTheProgramsJarIsFound(Given given) throws Exception {
        List<String> arguments = given.arguments(
                processes, "client", "127.0.0.1:0", Processes.text(server.address()), "stage=quota=1000", "access-log");
        SaltunnelProcess client = processes.start("client", withExamples(Program.launch(arguments, "")));
        try (Socket application = Sockets.connect(client.address());
                Socket accepted = Sockets.accept(target)) {
            application.getOutputStream().write(new byte[1000]);
            assertThat(accepted.getInputStream().readNBytes(1000)).hasSize(1000);
            application.getOutputStream().write(1);
            assertThat(Sockets.readToEnd(accepted)).extracting(Rest::ending).isEqualTo(Ending.RESET);
            assertThat(Sockets.readToEnd(application)).extracting(Rest::ending).isEqualTo(Ending.RESET);
        }
        assertThat(client.awaitLine("outcome=reset")).endsWith(" reason=\"more than 1000 bytes\"");
    }

    private static List<String> withExamples(List<String> launchCommand) {
        List<String> command = new ArrayList<>(launchCommand);
        command.add(command.indexOf("env") + 1, "SALTUNNEL_CLASSPATH=" + EXAMPLES);
        return command;
    }

    private static SaltunnelProcess client(Given given, String... options) throws IOException {
        return given.start(processes, "client", Processes.text(server.address()), options);
    }

    private static void echo(Socket application, Socket accepted) throws IOException {
        application.getOutputStream().write(7);
        assertThat(accepted.getInputStream().read()).isEqualTo(7);
        accepted.getOutputStream().write(8);
        assertThat(application.getInputStream().read()).isEqualTo(8);
    }
}
