package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Goal: standard input and output reach the target, each direction ends by itself, and the exit code tells the end. */
@Tag("jdk-independent")
class PipeIT {

    @RegisterExtension
    final Processes processes = Processes.perTest();

    private Process pipe(InetSocketAddress server, String... options) throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of("pipe", "-k", processes.keyFile().toString()));
        arguments.addAll(List.of(options));
        arguments.add(Processes.text(server));
        return new ProcessBuilder(Program.command(arguments)).start();
    }

    private static int exitCode(Process pipe) throws InterruptedException {
        assertThat(pipe.waitFor(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return pipe.exitValue();
    }

    private static String errors(Process pipe) throws IOException {
        return new String(pipe.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void carriesMuchBothWays() throws Exception {
        byte[] data = new byte[3_000_000];
        new Random(1).nextBytes(data);
        try (EchoTarget target = EchoTarget.start()) {
            Process pipe = pipe(processes.server(target.address()).address());
            Task<byte[]> echoed = Task.start(() -> pipe.getInputStream().readAllBytes());
            pipe.getOutputStream().write(data);
            pipe.getOutputStream().close();
            assertThat(echoed.result()).isEqualTo(data);
            assertThat(exitCode(pipe)).isZero();
            assertThat(errors(pipe)).isEmpty();
        }
    }

    /** What is typed into a pipe hides among padding; the other direction is the server's. */
    @Test
    void aPaceHidesWhatIsTyped() throws Exception {
        try (EchoTarget target = EchoTarget.start();
                WireTap tap = WireTap.to(processes.server(target.address()).address())) {
            Process pipe = pipe(tap.address(), "--pace", "64k");
            WireTap.Recording wire = tap.next();
            Patience.await("padding").until(() -> wire.bytes(WireTap.Direction.UP) > 100 * 512);
            pipe.getOutputStream().write(7);
            pipe.getOutputStream().flush();
            assertThat(pipe.getInputStream().read()).isEqualTo(7);
            assertThat(wire.bytes(WireTap.Direction.DOWN))
                    .as("a handshake, and one frame")
                    .isEqualTo(5 * 512);
            pipe.getOutputStream().close();
            assertThat(pipe.getInputStream().read()).isNegative();
            assertThat(exitCode(pipe)).isZero();
        }
    }

    @Test
    void theTargetMayEndFirst() throws Exception {
        try (ServerSocket target = Sockets.listen()) {
            Process pipe = pipe(processes.server(Sockets.address(target)).address());
            try (Socket accepted = Sockets.accept(target)) {
                accepted.getOutputStream().write(7);
                accepted.shutdownOutput();
                assertThat(pipe.getInputStream().readAllBytes()).containsExactly(7);
                pipe.getOutputStream().write(8);
                pipe.getOutputStream().flush();
                assertThat(accepted.getInputStream().read()).isEqualTo(8);
                assertThat(pipe.isAlive()).isTrue();
                pipe.getOutputStream().close();
                assertThat(accepted.getInputStream().read()).isNegative();
            }
            assertThat(exitCode(pipe)).isZero();
        }
    }

    @Test
    void aResetIsAnErrorAfterTheDataBeforeIt() throws Exception {
        try (ServerSocket target = Sockets.listen()) {
            Process pipe = pipe(processes.server(Sockets.address(target)).address());
            try (Socket accepted = Sockets.accept(target)) {
                accepted.getOutputStream().write(7);
                assertThat(pipe.getInputStream().read()).isEqualTo(7);
                Sockets.reset(accepted);
            }
            assertThat(exitCode(pipe)).isEqualTo(1);
            assertThat(errors(pipe)).contains("saltunnel: the connection was reset");
        }
    }

    /** If the reader of the output goes away, the target must not think that the input has ended in order. */
    @Test
    void outputThatNobodyReadsResetsTheTarget() throws Exception {
        try (ServerSocket target = Sockets.listen()) {
            Process pipe = pipe(processes.server(Sockets.address(target)).address());
            try (Socket accepted = Sockets.accept(target)) {
                pipe.getInputStream().close();
                accepted.getOutputStream().write(7);
                assertThat(Sockets.readToEnd(accepted).ending()).isEqualTo(Sockets.Ending.RESET);
            }
            assertThat(exitCode(pipe)).isEqualTo(1);
            assertThat(errors(pipe)).contains("saltunnel: standard output can't be written to");
        }
    }

    @Test
    void aServerThatIsntThereIsAnError() throws Exception {
        InetSocketAddress gone = Sockets.closedPort();
        Process pipe = pipe(gone);
        assertThat(exitCode(pipe)).isEqualTo(1);
        assertThat(errors(pipe)).contains("saltunnel: no tunnel: can't connect to " + Processes.text(gone));
        assertThat(pipe.getInputStream().readAllBytes()).isEmpty();
    }
}
