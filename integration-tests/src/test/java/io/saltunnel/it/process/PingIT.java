package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: ping tells whether a server has the key, without a connection to the target, and the exit code says it too. */
@Tag("jdk-independent")
class PingIT {

    @RegisterExtension
    final Processes processes = Processes.perTest();

    private Finished ping(InetSocketAddress server, String... options) throws Exception {
        return ping(processes.keyFile(), server, options);
    }

    private static Finished ping(Path key, InetSocketAddress server, String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("ping", "-k", key.toString()));
        arguments.addAll(List.of(options));
        arguments.add(Processes.text(server));
        return Program.run(arguments.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2"})
    void aServerProvesTheKeyWithoutItsTarget(String version) throws Exception {
        try (EchoTarget target = EchoTarget.start()) {
            SaltunnelProcess server = processes.server(target.address());
            Finished ping = ping(server.address(), "-c", "2", "--protocol", version);
            assertThat(ping.errors()).isEmpty();
            assertThat(ping.exitCode()).isZero();
            assertThat(ping.output().lines())
                    .hasSize(2)
                    .allMatch(line -> line.startsWith(Processes.text(server.address()) + ": proved the key in ")
                            && line.contains("; protocol version " + version + "; "));
            Finished through = ping(server.address(), "-c", "1", "--through", "--protocol", version);
            assertThat(through.output()).contains("; the target ended its stream after ");
            assertThat(through.exitCode()).isZero();
            assertThat(target.accepted()).isOne();
        }
    }

    @Test
    void aTargetThatRefusesShowsOnlyWhenItIsGoneThroughTo() throws Exception {
        SaltunnelProcess server = processes.server(Sockets.closedPort());
        assertThat(ping(server.address(), "-c", "1").exitCode()).isZero();
        Finished through = ping(server.address(), "-c", "1", "--through");
        assertThat(through.output()).contains("can the server reach its target");
        assertThat(through.exitCode()).isEqualTo(1);
    }

    @Test
    void anotherKeyIsALikelyCause() throws Exception {
        SaltunnelProcess server = processes.server(Sockets.closedPort());
        byte[] other = new byte[Processes.KEY_BYTES];
        new SecureRandom().nextBytes(other);
        Finished ping =
                ping(processes.keyFile("other", other), server.address(), "-c", "1", "--handshake-timeout", "500ms");
        assertThat(ping.output()).contains("no handshake within 0.5 s", "it hasn't the same key");
        assertThat(ping.exitCode()).isEqualTo(1);
    }

    @Test
    void aServerThatIsntThereCantBeConnectedTo() throws Exception {
        Finished ping = ping(gone(), "-c", "1");
        assertThat(ping.output()).containsIgnoringCase("can't be connected to: connection refused");
        assertThat(ping.exitCode()).isEqualTo(1);
    }

    private static InetSocketAddress gone() throws IOException {
        return Sockets.closedPort();
    }
}
