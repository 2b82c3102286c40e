package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.cli.doctor.Finding;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.netty.Transport;
import io.saltunnel.netty.Tunnel;
import io.saltunnel.netty.address.HostAndPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {

    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    @TempDir
    private Path directory;

    private ConfigFolder folder;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = ConfigFolder.in(directory);
    }

    @Test
    void saysALineForEachCheck() {
        CommandRun run = CommandRun.of("doctor");
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines())
                .allMatch(line -> line.matches("(?:ok   |to do)   [^:]+: .+"))
                .extracting(line -> line.substring(8).replaceFirst(":.*", ""))
                .containsExactly(
                        "X25519",
                        "Poly1305",
                        "Salsa20",
                        "chunk ciphers",
                        "randomness",
                        "native library",
                        "locked memory",
                        "other processes",
                        "transport",
                        "vector kernels",
                        "open files",
                        "clock");
        assertThat(run.out()).contains("ok      X25519: ");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void isSilentOfWhatIsWellWhenOnlyErrorsAreToBeSaid() {
        CommandRun run = CommandRun.of("doctor", "-q");
        assertThat(run.out()).doesNotContain("ok ", "FAILED");
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void aServerThatHasTheKeyProvesIt() throws IOException {
        try (LongTermKey key = LongTermKey.load(directory.resolve("a.key"));
                ServerSocket target = listen();
                Tunnel server = server(key, target)) {
            CommandRun run = doctor(client(server.boundPort(), ""));
            assertThat(run.out())
                    .contains(
                            "ok      configuration: ", " has 1 tunnel; no other user can read or replace the key files")
                    .contains("ok      tunnel a, key: its fingerprint is " + key.fingerprint())
                    .containsPattern(
                            "ok      tunnel a, server: 127\\.0\\.0\\.1:\\d+: proved the key in [0-9.]+ ms, .*; the clocks agree"
                                    + " within an hour");
            assertThat(run.exitCode()).isZero();
            assertThat(server.stats().connectsFailed()
                            + server.stats().completed()
                            + server.holdings().tunnels())
                    .as("connections to the target")
                    .isZero();
        }
    }

    @Test
    void eachServerOfATunnelIsAsked() throws IOException {
        try (LongTermKey key = LongTermKey.load(directory.resolve("a.key"));
                ServerSocket target = listen();
                Tunnel one = server(key, target);
                Tunnel other = server(key, target)) {
            int gone = closedPort();
            String all = "127.0.0.1:%d\", \"127.0.0.1:%d\", \"127.0.0.1:%d"
                    .formatted(one.boundPort(), gone, other.boundPort());
            CommandRun run = doctor(client(1, "").replace("to = \"127.0.0.1:1\"", "to = [\"" + all + "\"]"));
            assertThat(run.out())
                    .contains("ok      tunnel a, server: 127.0.0.1:" + one.boundPort() + ": proved the key")
                    .contains("ok      tunnel a, server: 127.0.0.1:" + other.boundPort() + ": proved the key")
                    .contains("FAILED  tunnel a, server: 127.0.0.1:" + gone + ": can't be connected to");
            assertThat(run.exitCode()).isEqualTo(1);
        }
    }

    @Test
    void whatATunnelAcceptsIsNotWhatItsServerIsAskedFor() throws IOException {
        try (LongTermKey key = LongTermKey.load(directory.resolve("a.key"));
                ServerSocket target = listen();
                Tunnel server = server(key, target)) {
            CommandRun run =
                    doctor(client(server.boundPort(), "allow-from = [\"192.0.2.0/24\"]\naccept-proxy = true\n"));
            assertThat(run.out())
                    .contains("ok      tunnel a, server: 127.0.0.1:" + server.boundPort() + ": proved the key");
            assertThat(run.exitCode()).isZero();
        }
    }

    @Test
    void theKernelSaysWhetherTheClockIsSynchronised() {
        byte[] timex = new byte[512];
        assertThat(SystemClock.sync(timex)).isEqualTo(SystemClock.Sync.SYNCHRONISED);
        ByteBuffer.wrap(timex).order(ByteOrder.nativeOrder()).putInt(40, 0x2041);
        assertThat(SystemClock.sync(timex)).isEqualTo(SystemClock.Sync.NOT_SYNCHRONISED);
        Instant now = Instant.parse("2026-11-30T10:15:30Z");
        assertThat(MachineChecks.clock(now, SystemClock.Sync.NOT_SYNCHRONISED).line("clock"))
                .startsWith("to do   clock: this machine has 2026-11-30T10:15:30Z, not synchronised; ")
                .endsWith("; let an NTP program set the clock, as with `timedatectl set-ntp true`");
        assertThat(MachineChecks.clock(now, SystemClock.sync()).text()).contains("2026-11-30T10:15:30Z, ");
    }

    @Test
    void aServerThatHasAnotherKeyFails() throws IOException {
        try (LongTermKey other = LongTermKey.random();
                LongTermKey key = LongTermKey.load(directory.resolve("a.key"));
                ServerSocket target = listen();
                Tunnel server = server(other, target)) {
            CommandRun run = doctor(client(server.boundPort(), "handshake-timeout = 0.2\n"));
            assertThat(run.out())
                    .contains("FAILED  tunnel a, server: 127.0.0.1:" + server.boundPort()
                            + ": no handshake within 0.2 s (likely causes")
                    .contains("it hasn't the same key")
                    .contains("its key's fingerprint is to be " + key.fingerprint());
            assertThat(run.exitCode()).isEqualTo(1);
        }
    }

    @Test
    void aServerThatIsNotThereFails() throws IOException {
        int port = closedPort();
        CommandRun run = doctor(client(port, ""));
        assertThat(run.out())
                .contains("FAILED  tunnel a, server: 127.0.0.1:" + port
                        + ": can't be connected to: connection refused; start the server, ");
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void portsAndTargetsAreLookedAt() throws IOException {
        try (ServerSocket taken = listen()) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            assertThat(TunnelChecks.port(HostAndPort.parse(address)).line("port"))
                    .startsWith("to do   port: cannot listen on " + address + ": the port is in use; all is well if");
            assertThat(TunnelChecks.target(HostAndPort.parse(address)))
                    .isEqualTo(new Finding(Finding.Verdict.OK, address + " accepts connections"));
        }
        HostAndPort free = new HostAndPort("127.0.0.1", closedPort());
        assertThat(TunnelChecks.port(free).verdict()).isEqualTo(Finding.Verdict.OK);
        assertThat(TunnelChecks.target(free).line("target"))
                .startsWith("to do   target: " + free + " accepts no connection: connection refused; start");
    }

    @Test
    void whatIsWrongWithAFileFails() throws IOException {
        CommandRun missing =
                CommandRun.of("doctor", directory.resolve("none.toml").toString());
        assertThat(missing.out())
                .contains("FAILED  configuration: " + directory.resolve("none.toml") + ": this file does not exist");
        assertThat(missing.exitCode()).isEqualTo(1);
        Files.setPosixFilePermissions(directory.resolve("a.key"), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(doctor("""
                                [[tunnel]]
                                name = "a"
                                mode = "server"
                                listen = "127.0.0.1:0"
                                to = "unix:/none"
                                key = "a.key"
                                """).out()).contains("to do   configuration: ", "is open to others (rw-r--r--)");
    }

    @Test
    void openFilesAreComparedWithWhatTheTunnelsNeed() {
        assertThat(TunnelChecks.openFiles(528, Optional.of(528L)).verdict()).isEqualTo(Finding.Verdict.OK);
        assertThat(TunnelChecks.openFiles(528, Optional.empty()).verdict()).isEqualTo(Finding.Verdict.OK);
        assertThat(TunnelChecks.openFiles(528, Optional.of(527L)).line("open files"))
                .startsWith("to do   open files: 528 are needed")
                .contains("527 are allowed; raise the limit with `ulimit -n 528`");
        assertThat(OpenFilesLimit.in(List.of("Limit   Soft  Hard", "Max open files            1024    4096   files")))
                .contains(1024L);
        assertThat(OpenFilesLimit.in(List.of("Max open files            unlimited    unlimited   files")))
                .isEmpty();
    }

    @Test
    void saysWhatToDoAboutWhatIsMissingOnThisMachine() {
        assertThat(MachineChecks.transport(Transport.NIO, "Linux").text())
                .contains("noexec", "io.netty.native.workdir");
        assertThat(MachineChecks.transport(Transport.NIO, "FreeBSD")).isEqualTo(Finding.ok("nio"));
        assertThat(MachineChecks.otherProcesses(List.of("one", "two")))
                .isEqualTo(new Finding(Finding.Verdict.ADVICE, "one; two"));
    }

    private CommandRun doctor(String configuration) throws IOException {
        return CommandRun.of("doctor", folder.main(configuration).toString());
    }

    private static String client(int server, String more) {
        return "[[tunnel]]\nname = \"a\"\nlisten = \"127.0.0.1:0\"\nto = \"127.0.0.1:" + server + "\"\n" + more
                + ConfigFolder.CLIENT;
    }

    private static int closedPort() throws IOException {
        try (ServerSocket closed = listen()) {
            return closed.getLocalPort();
        }
    }

    private static ServerSocket listen() throws IOException {
        return new ServerSocket(0, 5, InetAddress.getByAddress(LOOPBACK));
    }

    private static Tunnel server(LongTermKey key, ServerSocket target) {
        return Tunnel.server(key)
                .listen(HostAndPort.parse("127.0.0.1:0"))
                .target(new HostAndPort("127.0.0.1", target.getLocalPort()))
                .start()
                .join();
    }
}
