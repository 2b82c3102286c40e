package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: a hello that one of several servers has answered gets silence from each of them, whatever happens to them. */
@Tag("jdk-independent")
class SharedReplaysIT {

    private static final int FRAME = 512;
    private static final int AT_ONCE = 50;

    @RegisterExtension
    final Processes processes = Processes.perTest();

    private final HttpClient http = HttpClient.newHttpClient();
    private StoreProcess store;
    private EchoTarget target;

    @BeforeEach
    void start() throws IOException {
        store = StoreProcess.begin();
        target = EchoTarget.start();
    }

    @AfterEach
    void stop() throws Exception {
        store.close();
        target.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2"})
    void aRecordedHelloIsAnsweredOnceByAllServersTogether(String version) throws Exception {
        SaltunnelProcess one = server("refuse");
        SaltunnelProcess other = server("refuse");
        byte[] hello = recorded(version);
        assertThat(answers(hello, one.address(), other.address())).isEqualTo(1);
        assertThat(answers(hello, server("refuse").address()))
                .as("after a restart")
                .isZero();
    }

    @Test
    void aServerAdmitsAHelloFromBeforeItsStart() throws Exception {
        byte[] hello = recorded("2");
        SaltunnelProcess server = server("refuse");
        assertThat(answers(hello, server.address())).isEqualTo(1);
    }

    @Test
    void refuseIsSilentAndNotReadyWithoutTheStore() throws Exception {
        SaltunnelProcess server = server("refuse");
        URI status = status(server);
        store.kill();
        server.awaitLine("the store of replays can't be asked");
        assertThat(server.linesWith("servers answer no client")).hasSize(1);
        HttpResponse<String> answer = get(status, "/readyz");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).startsWith("the store of replays can't be asked: ");
        assertThat(answers(recorded("2"), server.address())).isZero();
        store.start();
        server.awaitLine("the store of replays answers again");
        assertThat(get(status, "/readyz").statusCode()).isEqualTo(200);
        assertThat(answers(recorded("2"), server.address())).isEqualTo(1);
        assertThat(get(status, "/metrics").body())
                .contains(
                        "saltunnel_replay_memory_available 1.0",
                        "saltunnel_replay_questions_total{answer=\"new\",tunnel=\"server\"} 1.0");
    }

    /** Nothing tells of it but the time. */
    @Test
    void localDecidesByItselfWhileTheStoreHangs() throws Exception {
        SaltunnelProcess server = server("local");
        URI status = status(server);
        store.signal("STOP");
        server.awaitLine("servers decide by what they remember themselves");
        byte[] hello = recorded("2");
        assertThat(answers(hello, server.address())).isEqualTo(1);
        assertThat(get(status, "/readyz").statusCode()).isEqualTo(200);
        store.signal("CONT");
        server.awaitLine("the store of replays answers again");
        assertThat(answers(recorded("2"), server.address())).isEqualTo(1);
    }

    @Test
    void aClientGetsThrough() throws Exception {
        SaltunnelProcess server = server("refuse");
        SaltunnelProcess client = processes.client(server.address());
        try (Socket application = Sockets.connect(client.address())) {
            application.getOutputStream().write(7);
            assertThat(application.getInputStream().read()).isEqualTo(7);
        }
    }

    private SaltunnelProcess server(String whenUnavailable) throws IOException {
        return processes.server(
                target.address(),
                "--handshake-timeout",
                "3",
                "--status",
                "127.0.0.1:0",
                "--replays",
                store.address(),
                "--replays-when-unavailable",
                whenUnavailable);
    }

    /** The first frame of a new client. */
    private byte[] recorded(String version) throws IOException {
        try (ServerSocket recorder = Sockets.listen();
                SaltunnelProcess client =
                        processes.client((InetSocketAddress) recorder.getLocalSocketAddress(), "--protocol", version);
                Socket application = Sockets.connect(client.address());
                Socket accepted = recorder.accept()) {
            assertThat(application.isConnected()).isTrue();
            return accepted.getInputStream().readNBytes(FRAME);
        }
    }

    /** How many of many connections get an answer that all send this hello at the same time, to one server each. */
    private static int answers(byte[] hello, InetSocketAddress... servers) throws IOException {
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            sockets.add(Sockets.connect(servers[i % servers.length]));
        }
        for (Socket socket : sockets) {
            socket.getOutputStream().write(hello);
        }
        int answers = 0;
        for (Socket socket : sockets) {
            try (socket) {
                answers += socket.getInputStream().readAllBytes().length > 0 ? 1 : 0;
            }
        }
        return answers;
    }

    private static URI status(SaltunnelProcess server) {
        String line = server.awaitLine("status page on http://");
        return URI.create(line.substring(line.indexOf("http://")));
    }

    private HttpResponse<String> get(URI status, String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(status.resolve(path))
                        .timeout(Patience.LIMIT)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
