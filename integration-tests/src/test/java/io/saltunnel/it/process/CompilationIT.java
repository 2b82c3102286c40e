package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: HotSpot fully compiles all code that runs often. Its compilers give up on a method that becomes too large for
 * them, and the size also depends on the collector. If the first compiler gives up on a method, the second, which makes
 * fast code, rarely gets it. Only the speed reveals that.
 */
class CompilationIT {

    /** The largest method on the path of each connection. */
    private static final String PLAIN = "io.saltunnel.core.crypto.Salsa20::core ";

    /** The largest method that uses vectors, if there are any; they are tried out at the start. */
    private static final String VECTOR = "io.saltunnel.core.crypto.VectorKeystream::rounds ";

    /** Compilations that are retried because other classes or call sites have changed. */
    private static final List<String> ONLY_FOR_NOW =
            List.of("concurrent class loading", "invalid non-klass dependency", "call site target change");

    @RegisterExtension
    final Processes processes = Processes.perTest();

    /** Not every Java has Shenandoah, which makes methods larger than other collectors do. */
    static Stream<String> collectors() {
        HotSpotDiagnosticMXBean options = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        return Stream.of("UseSerialGC", "UseG1GC", "UseShenandoahGC").filter(name -> {
            try {
                return options.getVMOption(name).getName().equals(name);
            } catch (IllegalArgumentException e) {
                return false; // this Java doesn't have it
            }
        });
    }

    /** Which compiler gets a method first depends on their load. */
    @ParameterizedTest
    @MethodSource("collectors")
    void theFirstCompilerGivesUpNoMethod(String collector) throws Exception {
        compilesEverything(collector, 3);
    }

    @ParameterizedTest
    @MethodSource("collectors")
    void theSecondCompilerGivesUpNoMethod(String collector) throws Exception {
        compilesEverything(collector, 4);
    }

    /**
     * The cipher's loops are a fifth slower once any buffer with an array was read by the methods that read words. The
     * connections are enough to make the server compute its table of multiples.
     */
    @ParameterizedTest
    @ValueSource(strings = {"--protocol=1", "--protocol=2", "--name=mail"})
    void noWordsAreReadFromArrays(String option) throws Exception {
        String options = "-Xlog:class+load:stderr";
        try (EchoTarget target = EchoTarget.start()) {
            SaltunnelProcess server = processes.launch("server", target.address(), options, option);
            SaltunnelProcess client = processes.launch("client", server.address(), options, option);
            for (int i = 0; i < 5; i++) {
                connectAndEcho(client.address());
            }
            for (SaltunnelProcess process : List.of(client, server)) {
                process.awaitLine("io.saltunnel.core.crypto.LittleEndian ");
                assertThat(process.linesWith("io.saltunnel.core.crypto.LittleEndian$InArray "))
                        .isEmpty();
            }
            server.awaitLine("io.saltunnel.core.crypto.BasePointTable ");
        }
    }

    private void compilesEverything(String collector, int level) throws Exception {
        String options =
                "-XX:-UseSerialGC -XX:+%s -XX:TieredStopAtLevel=%d -XX:+PrintCompilation -XX:+DisplayVMOutputToStderr";
        try (EchoTarget target = EchoTarget.start()) {
            SaltunnelProcess server = processes.launch("server", target.address(), options.formatted(collector, level));
            SaltunnelProcess client = processes.launch("client", server.address(), "");
            long deadline = System.nanoTime() + Patience.LIMIT.toNanos();
            while (!isCompiled(server, PLAIN, level)
                    || isRunning(server, VECTOR) && !isCompiled(server, VECTOR, level)) {
                assertThat(givenUp(server)).isEmpty();
                assertThat(deadline - System.nanoTime())
                        .as("time left for the kernels to be compiled")
                        .isPositive();
                connectAndEcho(client.address());
            }
            assertThat(givenUp(server)).isEmpty();
        }
    }

    private static boolean isRunning(SaltunnelProcess process, String method) {
        return !process.linesWith(method).isEmpty();
    }

    private static boolean isCompiled(SaltunnelProcess process, String method, int level) {
        return !process.linesWith(" " + level + "       " + method).isEmpty();
    }

    private static List<String> givenUp(SaltunnelProcess process) {
        return process.linesWith("COMPILE SKIPPED").stream()
                .filter(line ->
                        line.contains(" io.saltunnel.") && ONLY_FOR_NOW.stream().noneMatch(line::contains))
                .toList();
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
