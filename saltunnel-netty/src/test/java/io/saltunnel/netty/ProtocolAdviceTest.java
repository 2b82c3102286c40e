package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saltunnel.core.handshake.AcceptedVersions;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.netty.address.HostAndPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Goal: the user is told what to know about versions and names, once, and on the right side. */
@Timeout(60)
class ProtocolAdviceTest {
    private static final String SERVER = "io.saltunnel.server";
    private static final String CLIENT = "io.saltunnel.client";

    // ---- version 1

    @Test
    void aServerThatTakesBothWarnsOfVersion1OnceForManyConnections() throws Exception {
        try (LogLines lines = new LogLines(SERVER)) {
            try (LoopbackTunnel tunnel =
                    LoopbackTunnel.with(client -> client.protocol(ProtocolVersion.V1), server -> server)) {
                echo(tunnel);
                assertThat(lines.next())
                        .contains("127.0.0.1:", "speaks version 1 of the protocol", "update this client");
                echo(tunnel);
                echo(tunnel);
                assertThat(lines.none()).isTrue();
            }
            assertThat(lines.next())
                    .as("at the end of the tunnel")
                    .contains("speaks version 1 of the protocol", "(and 1 more like this since the last one told)");
        }
    }

    @Test
    void aServerThatWasToldToTakeVersion1AloneDoesNotWarn() throws Exception {
        try (LogLines lines = new LogLines(SERVER);
                LoopbackTunnel tunnel = LoopbackTunnel.with(
                        client -> client.protocol(ProtocolVersion.V1),
                        server -> server.protocol(AcceptedVersions.ONLY_V1))) {
            echo(tunnel);
            assertThat(lines.none()).isTrue();
        }
    }

    @Test
    void aClientSpeaksVersion2UnlessToldOtherwiseAndThatIsNoReasonToWarn() throws Exception {
        try (LogLines lines = new LogLines(SERVER);
                LoopbackTunnel tunnel =
                        LoopbackTunnel.with(client -> client, server -> server.protocol(AcceptedVersions.ONLY_V2))) {
            echo(tunnel);
            assertThat(lines.none()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aServerSaysOfEachConnectionWhichVersionItSpeaksIfDebugLinesAreLogged(ProtocolVersion version)
            throws Exception {
        try (LogLines lines = LogLines.withDebug(SERVER);
                LoopbackTunnel tunnel = LoopbackTunnel.with(client -> client.protocol(version), server -> server)) {
            for (int i = 0; i < 2; i++) {
                echo(tunnel);
                assertThat(lines.nextWith("speaks " + version + " of the protocol"))
                        .contains("127.0.0.1:");
            }
        }
    }

    // ---- silence

    /** The likely causes of silence, in their order. */
    @ParameterizedTest
    @CsvSource({"V1, same key, does it take version 1", "V2, same key and name, does it know version 2"})
    void aClientThatMeetsSilenceNamesTheLikelyCauses(ProtocolVersion version, String key, String known)
            throws Exception {
        try (LogLines lines = new LogLines(CLIENT);
                LongTermKey longTermKey = LongTermKey.random();
                ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Tunnel client = silentlyRefused(longTermKey, version, silent)) {
            assertReset(client);
            assertThat(lines.next())
                    .contains("no handshake within 0.2 s")
                    .containsSubsequence(key, "do both clocks agree within an hour", known);
        }
    }

    /** A server that refused a client closes the connection, after 30 s at least. */
    @Test
    void aClientWhoseServerEndsItsSilenceNamesTheSameCauses() throws Exception {
        try (LogLines lines = new LogLines(CLIENT);
                LongTermKey longTermKey = LongTermKey.random();
                ServerSocket refusing = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Tunnel client = Tunnel.client(longTermKey)
                        .listen(HostAndPort.parse("127.0.0.1:0"))
                        .server(new HostAndPort("127.0.0.1", refusing.getLocalPort()))
                        .start()
                        .join();
                Socket application = new Socket(InetAddress.getLoopbackAddress(), client.boundPort())) {
            try (Socket wire = refusing.accept()) {
                wire.getInputStream().readNBytes(Frame.SIZE);
            }
            assertThatThrownBy(() -> application.getInputStream().read()).isInstanceOf(IOException.class);
            assertThat(lines.next())
                    .containsSubsequence(
                            "same key and name",
                            "do both clocks agree within an hour",
                            "does it know version 2 of the protocol",
                            "allowFrom");
        }
    }

    @Test
    void aServerThatResetsTheConnectionIsToldOfInWords() throws Exception {
        try (LongTermKey key = LongTermKey.random();
                ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                LogLines lines = new LogLines(CLIENT);
                Tunnel client = silentlyRefused(key, ProtocolVersion.V2, server);
                Socket application = new Socket(InetAddress.getLoopbackAddress(), client.boundPort())) {
            try (Socket wire = server.accept()) {
                wire.getInputStream().readNBytes(Frame.SIZE); // the client has connected
                wire.setSoLinger(true, 0);
            }
            assertThatThrownBy(() -> application.getInputStream().read()).isInstanceOf(IOException.class);
            assertThat(lines.next())
                    .contains("the connection ended during the handshake: connection reset by the peer (")
                    .doesNotContain("Exception", "failed with error");
        }
    }

    /** An attacker in between could make a server appear silent. */
    @Test
    void aClientThatMeetsSilenceNeverFallsBack() throws Exception {
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                client -> client.handshakeTimeout(Duration.ofMillis(200)),
                server -> server.protocol(AcceptedVersions.ONLY_V1))) {
            for (int i = 0; i < 5; i++) {
                assertReset(tunnel.client);
            }
            assertThat(tunnel.client.stats().completed()).isZero();
            assertThat(tunnel.client.stats().handshakesFailed()).isEqualTo(5);
        }
    }

    // ---- one key and one name

    @ParameterizedTest
    @CsvSource({"'', no name", "mail, the name mail"})
    void twoTunnelsOfOneKeyAndNameAreWarnedOf(String name, String told) throws Exception {
        try (LongTermKey key = LongTermKey.random();
                LogLines lines = new LogLines(SERVER);
                Tunnel first = server(key, name)) {
            assertThat(lines.none()).isTrue();
            try (Tunnel second = server(key, name)) {
                assertThat(lines.next())
                        .contains("several tunnels of this process have the key " + key.fingerprint() + " and " + told);
                assertThat(second.boundPort()).isNotEqualTo(first.boundPort());
            }
            try (Tunnel again = server(key, name)) { // a stopped tunnel no longer counts
                assertThat(lines.next()).startsWith("several tunnels");
                assertThat(again.boundPort()).isPositive();
            }
        }
    }

    @Test
    void oneWarningIsEnoughForAllTunnelsOfOneKey() throws Exception {
        try (LongTermKey key = LongTermKey.random();
                LongTermKey next = LongTermKey.random();
                LogLines lines = new LogLines(SERVER);
                Tunnel first = server(key, "");
                Tunnel second = server(key, "");
                Tunnel third = server(key, "")) {
            assertThat(lines.next()).startsWith("several tunnels").contains(key.fingerprint());
            assertThat(lines.none()).isTrue();
            for (Tunnel each : List.of(first, second, third)) {
                each.reconfigure(serverSettings(next, ""));
            }
            assertThat(lines.next()).startsWith("several tunnels").contains(next.fingerprint());
            assertThat(lines.none()).isTrue();
        }
    }

    @Test
    void bothRolesOfOneKeyAndNameAreWarnedOf() throws Exception {
        try (LogLines lines = new LogLines(CLIENT);
                LoopbackTunnel tunnel = LoopbackTunnel.with(client -> client, server -> server)) {
            assertThat(lines.next()).startsWith("several tunnels").contains(tunnel.key.fingerprint());
        }
    }

    @Test
    void theSuccessorOfATunnelIsNotWarnedOf() throws Exception {
        try (LongTermKey key = LongTermKey.random();
                LogLines lines = new LogLines(SERVER + ".mail");
                LogLines others = new LogLines(SERVER + ".backup");
                Tunnel first = serverSettings(key, "").label("mail").start().join()) {
            try (Tunnel successor =
                    serverSettings(key, "").label("mail").start().join()) {
                assertThat(successor.boundPort()).isNotEqualTo(first.boundPort());
                assertThat(lines.none()).isTrue();
            }
            try (Tunnel other = serverSettings(key, "").label("backup").start().join()) {
                assertThat(other.boundPort()).isPositive();
                assertThat(others.next()).startsWith("several tunnels");
            }
        }
    }

    @Test
    void anotherKeyOrAnotherNameIsAnotherTunnel() throws Exception {
        try (LongTermKey key = LongTermKey.random();
                LongTermKey otherKey = LongTermKey.random();
                LogLines lines = new LogLines(SERVER);
                Tunnel mail = server(key, "mail");
                Tunnel backup = server(key, "backup");
                Tunnel none = server(key, "");
                Tunnel other = server(otherKey, "mail")) {
            assertThat(mail.boundPort() + backup.boundPort() + none.boundPort() + other.boundPort())
                    .isPositive();
            assertThat(lines.none()).isTrue();
        }
    }

    // ---- parts

    private static Tunnel server(LongTermKey key, String name) {
        return serverSettings(key, name).start().join();
    }

    private static ServerBuilder serverSettings(LongTermKey key, String name) {
        return Tunnel.server(key)
                .listen(HostAndPort.parse("127.0.0.1:0"))
                .target(HostAndPort.parse("127.0.0.1:1"))
                .name(name);
    }

    private static Tunnel silentlyRefused(LongTermKey key, ProtocolVersion version, ServerSocket silent) {
        UnaryOperator<ClientBuilder> impatient = client -> client.handshakeTimeout(Duration.ofMillis(200));
        return impatient
                .apply(Tunnel.client(key)
                        .listen(HostAndPort.parse("127.0.0.1:0"))
                        .server(new HostAndPort("127.0.0.1", silent.getLocalPort()))
                        .protocol(version))
                .start()
                .join();
    }

    private static void echo(LoopbackTunnel tunnel) throws IOException {
        try (Socket application = tunnel.connect();
                Socket target = tunnel.accept()) {
            LoopbackTunnel.echo(application, target);
        }
    }

    private static void assertReset(Tunnel client) {
        assertThatThrownBy(() -> {
                    try (Socket application = new Socket(InetAddress.getLoopbackAddress(), client.boundPort())) {
                        application.getInputStream().read();
                    }
                })
                .isInstanceOf(IOException.class)
                .hasMessageContaining("reset");
    }
}
