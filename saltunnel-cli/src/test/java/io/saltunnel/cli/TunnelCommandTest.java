package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.saltunnel.netty.address.HostAndPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What keeps a client or a server from starting; how they run, the whole-process tests show. */
class TunnelCommandTest {

    @TempDir
    private Path directory;

    private Path key;

    @BeforeEach
    void makeKey() throws IOException {
        key = Files.writeString(directory.resolve("key"), "0123456789abcdef".repeat(2));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "nio"})
    void saysThatThePortIsInUse(String transport) throws IOException {
        InetAddress address = HostAndPort.parse("127.0.0.1:0").numericAddress().orElseThrow();
        try (ServerSocket taken = new ServerSocket(0, 1, address)) {
            String from = "127.0.0.1:" + taken.getLocalPort();
            for (String command : new String[] {"client", "server"}) {
                CommandRun run = CommandRun.of(
                        command, "-q", "-k", key.toString(), "--transport", transport, from, "127.0.0.1:9");
                assertThat(run.err())
                        .isEqualTo("saltunnel: cannot listen on " + from + ": the port is in use"
                                + System.lineSeparator());
                assertThat(run.exitCode()).isEqualTo(1);
            }
        }
    }

    @Test
    void saysWhatIsNoNetworkAndNoStage() {
        CommandRun network = CommandRun.of("client", "-q", "-k", key.toString(), "--allow-from=10/8", ":0", "a:1");
        assertThat(network.firstErrorLine()).startsWith("saltunnel: '10/8' is not a network");
        assertThat(network.exitCode()).isEqualTo(2);
        CommandRun stage = CommandRun.of("client", "-q", "-k", key.toString(), "--stage=frobnicate=1", ":0", "a:1");
        assertThat(stage.firstErrorLine()).isEqualTo("saltunnel: there is no stage 'frobnicate'; none is on the path");
        assertThat(stage.exitCode()).isEqualTo(2);
    }

    @Test
    void saysThatTheAddressIsNotOfThisMachine() {
        // An address for documentation only: nobody has it.
        CommandRun run = CommandRun.of("server", "-q", "-k", key.toString(), "192.0.2.1:0", "127.0.0.1:9");
        assertThat(run.err())
                .isEqualTo("saltunnel: cannot listen on 192.0.2.1:0: this machine doesn't have the address"
                        + System.lineSeparator());
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void saysWhatIsInTheWayOfASocket() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        CommandRun run = CommandRun.of("client", "-q", "-k", key.toString(), "unix:" + file, "127.0.0.1:9");
        assertThat(run.err())
                .isEqualTo("saltunnel: cannot listen on unix:" + file
                        + ": the file there is no socket; remove it, or choose another path" + System.lineSeparator());
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void saysThatNetworksMeanNothingOnASocket() {
        CommandRun run = CommandRun.of(
                "client", "-k", key.toString(), "--allow-from", "::1", "unix:" + directory + "/s", "127.0.0.1:9");
        assertThat(run.firstErrorLine())
                .isEqualTo("saltunnel: networks can't be allowed on unix:" + directory
                        + "/s, where connections have no address: the mode of the file says who may connect");
        assertThat(run.exitCode()).isEqualTo(2);
    }

    @Test
    void saysThatHeadersAreAcceptedFromKnownNetworksOnly() {
        CommandRun run = CommandRun.of("client", "-k", key.toString(), "--accept-proxy", ":0", "127.0.0.1:9");
        assertThat(run.firstErrorLine())
                .startsWith("saltunnel: a PROXY protocol header is believed")
                .endsWith("name the networks of the proxies with allow-from");
        assertThat(run.exitCode()).isEqualTo(2);
    }

    @Test
    void saysWhatIsWrongWithOneOfSeveralServers() {
        CommandRun run = CommandRun.of("client", "-k", key.toString(), ":0", "127.0.0.1:9,[::1]:0");
        assertThat(run.firstErrorLine()).startsWith("saltunnel: '[::1]:0' has port 0");
        CommandRun empty = CommandRun.of("client", "-k", key.toString(), ":0", "127.0.0.1:9,");
        assertThat(empty.firstErrorLine()).isEqualTo("saltunnel: '' has no port: write host:port");
        CommandRun order =
                CommandRun.of("client", "-k", key.toString(), "--failover", "random", ":0", "127.0.0.1:9,127.0.0.2:9");
        assertThat(order.firstErrorLine()).isEqualTo("saltunnel: 'random' is no order of failover: choose prio or rr");
        assertThat(order.exitCode()).isEqualTo(2);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void saysWhichTransportHasNoSuchSockets() {
        CommandRun run = CommandRun.of(
                "client", "-k", key.toString(), "--transport", "io_uring", "unix:" + directory + "/s", "127.0.0.1:9");
        assertThat(run.err()).startsWith("saltunnel: the transport io_uring ").hasLineCount(1);
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void saysWhatIsWrongWithTheKeyFile() throws IOException {
        CommandRun directoryRun = CommandRun.of("client", "-k", directory.toString(), ":0", "127.0.0.1:9");
        assertThat(directoryRun.err())
                .isEqualTo("saltunnel: key file " + directory + " is a directory" + System.lineSeparator());
        Files.write(key, new byte[31]);
        CommandRun shortRun = CommandRun.of("client", "-k", key.toString(), ":0", "127.0.0.1:9");
        assertThat(shortRun.err())
                .isEqualTo("saltunnel: key file " + key + " must have exactly 32 bytes, but has 31 bytes"
                        + System.lineSeparator());
        assertThat(shortRun.exitCode()).isEqualTo(1);
    }

    @Test
    void testsItselfBeforeAnythingElseIfItIsToldTo() {
        CommandRun run = CommandRun.of("server", "-q", "--self-test", "-k", directory.toString(), ":0", "127.0.0.1:9");
        assertThat(run.err()).startsWith("saltunnel: key file ");
        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> ProcessSetup.refuse(Optional.of("X25519: wrong")))
                .withMessage("the self-test failed: X25519: wrong");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void saysThatATransportIsNotToBeHadHere() {
        CommandRun run =
                CommandRun.of("client", "-k", key.toString(), "--transport", "kqueue", "127.0.0.1:0", "127.0.0.1:9");
        assertThat(run.err())
                .isEqualTo("saltunnel: the transport kqueue is not available here" + System.lineSeparator());
        assertThat(run.exitCode()).isEqualTo(1);
    }
}
