package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.cli.config.Problems;
import io.saltunnel.netty.address.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The address of the status page, in a configuration file and on the command line. */
class StatusSettingTest {

    private static final String TUNNEL =
            "[[tunnel]]\nname = \"web\"\nlisten = \"127.0.0.1:8000\"\nto = \"b:2\"\n" + ConfigFolder.CLIENT;

    @TempDir
    private Path directory;

    private ConfigFolder folder;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = ConfigFolder.in(directory);
    }

    @Test
    void aPathIsRelativeToTheFile() throws IOException {
        Problems problems = new Problems();
        ConfiguredTunnels configured =
                ConfiguredTunnels.read(folder.main("[process]\nstatus = \"unix:status.sock\"\n" + TUNNEL), problems);
        assertThat(problems.all()).isEmpty();
        assertThat(configured.status()).contains(Endpoint.parse("unix:" + directory.resolve("status.sock")));
    }

    @Test
    void aWrongAddressIsAProblemAtItsPlace() throws IOException {
        folder.main("[process]\nstatus = \"nowhere\"\n" + TUNNEL);
        assertThat(folder.check()).startsWith("saltunnel.toml:2:10: ").hasLineCount(1);
    }

    @Test
    void aTunnelCantListenThere() throws IOException {
        folder.main("[process]\nstatus = \"0.0.0.0:8000\"\n" + TUNNEL);
        assertThat(folder.check())
                .isEqualTo("saltunnel.toml:5:10: the status page is to listen on 0.0.0.0:8000: choose another port or"
                        + " address\n");
    }

    @Test
    void aProcessWhoseStatusPageCantListenDoesNotStart() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            CommandRun run = CommandRun.of(
                    "client", "-k", directory.resolve("a.key").toString(), "--status", address, "127.0.0.1:0", "b:2");
            assertThat(run.firstErrorLine())
                    .isEqualTo("saltunnel: status page: cannot listen on " + address + ": the port is in use");
            assertThat(run.exitCode()).isEqualTo(1);
        }
    }

    @Test
    void topSaysWhatToDoWhereNoProcessAnswers() throws IOException {
        String address;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            address = "127.0.0.1:" + free.getLocalPort();
        }
        CommandRun run = CommandRun.of("top", "--once", address);
        assertThat(run.firstErrorLine())
                .startsWith("saltunnel: can't read the status page at " + address + ": ")
                .endsWith("; does the process run with --status " + address + "?");
        assertThat(run.exitCode()).isEqualTo(1);
    }
}
