package io.saltunnel.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.it.process.EchoTarget;
import io.saltunnel.it.reference.ReferencePeer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: in a small heap, a server with a full memory for hellos and a crowd of strangers continues to serve. */
@EnabledOnOs(OS.LINUX)
class SmallHeapIT {
    private static final int STRANGERS = 4000;

    @TempDir
    private Path directory;

    @Test
    void aFullReplayWindowAndACrowdOfStrangersFitInto32Mebibytes() throws Exception {
        byte[] key = BadInput.random(32);
        Path keyFile = Files.write(directory.resolve("key"), key);
        List<Socket> strangers = new ArrayList<>();
        try (EchoTarget target = EchoTarget.start()) {
            Process server = java(
                            "-Xmx32m",
                            "-XX:+UseSerialGC",
                            "-Xmn2m",
                            "-XX:+ExitOnOutOfMemoryError",
                            "-cp",
                            System.getProperty("java.class.path"),
                            SmallHeapServer.class.getName(),
                            keyFile.toString(),
                            "127.0.0.1:" + target.address().getPort())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try {
                String port = server.inputReader().readLine();
                assertThat(port).as("it listens").isNotNull();
                InetSocketAddress address =
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
                for (int i = 0; i < STRANGERS; i++) {
                    Socket stranger = Loopback.connect(address);
                    strangers.add(stranger);
                    speak(stranger);
                }
                try (ReferencePeer client = ReferencePeer.connect(address, key)) {
                    client.send(new byte[] {9});
                    assertThat(client.receive(1)).containsExactly(9);
                }
                assertThat(server.isAlive()).isTrue();
            } finally {
                server.destroyForcibly().waitFor();
            }
        } finally {
            for (Socket stranger : strangers) {
                stranger.close();
            }
        }
    }

    /** All of a frame but one byte; evicted strangers may find that their connection has ended already. */
    private static void speak(Socket stranger) {
        try {
            stranger.getOutputStream().write(BadInput.random(511));
        } catch (IOException e) {
            assertThat(stranger.isConnected()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 128, 200, 256, 384, 512, 1024})
    void theHeapOfAContainerIsAQuarterOfItsMemory(int mebibytes) throws Exception {
        Path options = Stream.of("docker/java.options", "../docker/java.options")
                .map(Path::of)
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
        Process java = java("@" + options, "-XX:MaxRAM=" + mebibytes + "m", "-XX:+PrintFlagsFinal", "-version")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String maxHeap = java.inputReader()
                .lines()
                .filter(line -> line.contains(" MaxHeapSize "))
                .findFirst()
                .orElseThrow();
        long bytes = Long.parseLong(maxHeap.replaceAll(".*= (\\d+).*", "$1"));
        assertThat(bytes).isBetween((mebibytes / 4L - 2) << 20, (mebibytes / 4L + 2) << 20);
    }

    private static ProcessBuilder java(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }
}
