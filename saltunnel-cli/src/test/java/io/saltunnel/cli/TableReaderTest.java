package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.cli.config.ConfigReader;
import io.saltunnel.cli.config.OptionKeys;
import io.saltunnel.cli.config.Problems;
import io.saltunnel.cli.config.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** A table has every option of the command line. */
class TableReaderTest {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource
    void everyOptionOfATunnelIsAKey(TunnelMode mode) throws IOException {
        Settings settings = ConfigReader.read(ConfigFolder.in(directory).main("""
                                [[tunnel]]
                                name = "a"
                                mode = "client"
                                listen = "127.0.0.1:1"
                                to = "[::1]:2"
                                key = "a.key"
                                revoke = "now"
                                timeout = 2.5
                                connect-patience = "5s"
                                failover = "rr"
                                max-connections = 7
                                grace = "1h"
                                handshake-timeout = "500ms"
                                protocol = 2
                                tunnel-name = "mail"
                                no-keepalive = true
                                keepalive = "1m,5,3"
                                user-timeout = 90
                                allow-from = ["10.0.0.0/8", "::1"]
                                idle-timeout = 60
                                pace = "64k"
                                pad = "bursts"
                                bandwidth = "500k"
                                total-bandwidth = 2_000_000
                                access-log = true
                                accept-proxy = true
                                proxy-header = true
                                stage = ["banner=a, b", "other"]
                                """), new Problems())
                .tunnels()
                .get(0);
        TunnelCommand command = TableReader.newCommand(mode);
        TunnelCommand untouched = TableReader.newCommand(mode);
        Problems problems = new Problems();
        assertThat(TableReader.ofTunnel(command, problems).read(settings)).isTrue();
        assertThat(problems.all()).isEmpty();
        Set<String> otherwise = Set.of(
                "transport",
                "require-mlock",
                "self-test",
                "status",
                "replays",
                "replays-password-file",
                "replays-when-unavailable");
        CommandSpec defaults = CommandSpec.forAnnotatedObject(untouched);
        for (OptionSpec option : CommandSpec.forAnnotatedObject(command).options()) {
            String key = OptionKeys.keyOf(option.longestName());
            if (!otherwise.contains(key)) {
                Object value = option.getValue();
                assertThat(value)
                        .as(key)
                        .isNotNull()
                        .isNotEqualTo(defaults.findOption(option.longestName()).getValue());
            }
        }
        assertThat(command.options().stages.stages).containsExactly("banner=a, b", "other");
        assertThat(command.options().stages.bandwidth).isEqualTo(500_000);
        assertThat(command.options().from).isEqualTo("127.0.0.1:1");
        assertThat(command.options().to).isEqualTo("[::1]:2");
    }
}
