package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: HotSpot compiles all that runs often to the end. Its first compiler gives up on a method that becomes too large
 * for it, and how large it becomes depends on the collector as well; the second, which makes the code fast, then
 * mostly never gets it. Nothing but the speed tells.
 */
class CompilationIT {

    /** The largest method that each connection runs, as the second compiler made it. */
    private static final Pattern COMPILED = Pattern.compile(" 4 +io\\.saltunnel\\.core\\.crypto\\.Salsa20::core ");

    @RegisterExtension
    final Processes processes = Processes.perTest();

    @ParameterizedTest
    @ValueSource(strings = {"-XX:+UseSerialGC", "-XX:+UseG1GC"})
    void noMethodIsGivenUp(String collector) throws Exception {
        try (EchoTarget target = EchoTarget.start()) {
            SaltunnelProcess server = start(
                    "server", target.address(), collector, "-XX:+PrintCompilation", "-XX:+DisplayVMOutputToStderr");
            SaltunnelProcess client = start("client", server.address(), collector);
            long deadline = System.nanoTime() + Patience.LIMIT.toNanos();
            while (server.lines().stream().noneMatch(COMPILED.asPredicate())) {
                assertThat(deadline - System.nanoTime())
                        .as("time left for Salsa20 to be compiled")
                        .isPositive();
                connectAndEcho(client.address());
            }
            assertThat(server.linesWith("COMPILE SKIPPED")).noneMatch(line -> line.contains(" io.saltunnel."));
        }
    }

    private SaltunnelProcess start(String role, InetSocketAddress to, String... options) throws IOException {
        List<String> arguments = List.of(role, "-k", processes.keyFile().toString(), "127.0.0.1:0", Processes.text(to));
        return processes.start(role, Program.command(arguments, options));
    }

    private static void connectAndEcho(InetSocketAddress address) throws IOException {
        for (int i = 0; i < 20; i++) {
            try (Socket socket = Sockets.connect(address)) {
                socket.getOutputStream().write(i);
                assertThat(socket.getInputStream().read()).isEqualTo(i);
            }
        }
    }
}
