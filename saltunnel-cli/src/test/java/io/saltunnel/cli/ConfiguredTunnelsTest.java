package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.cli.config.Problems;
import io.saltunnel.cli.status.Tallies;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the program understands of a configuration file. */
class ConfiguredTunnelsTest {

    @TempDir
    private Path directory;

    private ConfigFolder folder;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = ConfigFolder.in(directory);
    }

    @Test
    void mayBeginWithAByteOrderMarkEndLinesAsOnWindowsAndHaveComments() throws IOException {
        String text = """
                # a tunnel
                [[tunnel]] # one
                name = "a"
                mode = 'client'
                listen = ":1" # here
                to = "b:2"
                key = "a.key"
                grace = "5m"
                allow-from = [
                  "10.0.0.0/8", # a
                  " ::1 ",
                ]
                """;
        TunnelPlan plan = read("\uFEFF" + text.replace("\n", "\r\n")).get(0);
        assertThat(plan.listen()).hasToString(":1");
        assertThat(plan.destination()).isEqualTo("b:2");
        assertThat(plan.grace()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void takesNetworksSeparatedByCommasAndBlanks() throws IOException {
        assertThat(read(tunnel("a", 1) + "allow-from = \"10.0.0.0/8, ::1\"\n")).hasSize(1);
    }

    @Test
    void resolvesPathsAgainstTheFileTheyAreIn() throws IOException {
        folder.file("conf.d/b.toml", """
                [[tunnel]]
                name = "b"
                mode = "server"
                key = "../b.key"
                listen = "unix:b.sock;mode=0660"
                to = "unix:../app.sock"
                """);
        folder.key("b.key");
        List<TunnelPlan> plans = read(tunnel("a", 1));
        assertThat(plans.get(0).keyFiles()).containsExactly(directory.resolve("a.key"));
        assertThat(plans.get(1).keyFiles()).containsExactly(directory.resolve("b.key"));
        assertThat(plans.get(1).listen()).hasToString("unix:" + directory + "/conf.d/b.sock;mode=0660");
        assertThat(plans.get(1).destination()).isEqualTo("unix:" + directory + "/app.sock");
    }

    @Test
    void takesSeveralAddressesToForwardTo() throws IOException {
        String two = tunnel("a", 1) + "failover = \"rr\"\nconnect-patience = 5\n";
        assertThat(read(two.replace("\"b:2\"", "[\"b:2\", \"unix:c.sock\"]"))
                        .get(0)
                        .destination())
                .isEqualTo("b:2,unix:" + directory + "/c.sock");
        assertThat(read(two.replace("b:2", "b:2, c:3")).get(0).destination()).isEqualTo("b:2,c:3");
    }

    @Test
    void readsTheOtherFilesInTheOrderOfTheirNames() throws IOException {
        folder.file("conf.d/20.toml", tunnel("c", 3).replace("a.key", "../a.key"));
        folder.file("conf.d/10.toml", tunnel("b", 2).replace("a.key", "../a.key"));
        folder.file("conf.d/00.toml.disabled", "nothing of the kind");
        assertThat(read(tunnel("a", 1))).extracting(TunnelPlan::label).containsExactly("a", "b", "c");
    }

    @Test
    void givesTheDefaultsToTunnelsThatDontSayOtherwise() throws IOException {
        List<TunnelPlan> plans = read("[defaults]\nmax-connections = 7\ngrace = 0\n" + tunnel("a", 1) + tunnel("b", 2)
                + "max-connections = 8\n");
        assertThat(plans).extracting(TunnelPlan::maxConnections).containsExactly(7, 8);
        assertThat(plans).extracting(TunnelPlan::grace).containsOnly(Duration.ZERO);
    }

    @Test
    void readsWhatBelongsToTheProcess() throws IOException {
        Problems problems = new Problems();
        ConfiguredTunnels tunnels = ConfiguredTunnels.read(
                folder.main("[process]\ntransport = \"nio\"\nrequire-mlock = true\nself-test = true\n"
                        + "verbosity = \"verbose\"\n" + tunnel("a", 1)),
                problems);
        assertThat(problems.all()).isEmpty();
        assertThat(tunnels.transport()).hasToString("nio");
        assertThat(tunnels.options().process.requireLock).isTrue();
        assertThat(tunnels.options().process.selfTest).isTrue();
        assertThat(tunnels.options().verbosity).isEqualTo(Verbosity.VERBOSE);
    }

    private static String tunnel(String name, int port) {
        return "[[tunnel]]\nname = \"" + name + "\"\nlisten = \":" + port + "\"\nto = \"b:2\"\n" + ConfigFolder.CLIENT;
    }

    private List<TunnelPlan> read(String text) throws IOException {
        Problems problems = new Problems();
        ConfiguredTunnels tunnels = ConfiguredTunnels.read(folder.main(text), problems);
        try (KeyRing keys = new KeyRing()) {
            tunnels.prepare(keys, Tallies.none()).close();
        }
        assertThat(problems.all()).isEmpty();
        return tunnels.plans();
    }
}
