package io.saltunnel.it.process;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Goal: a client that is told to begins each connection with printable bytes, and its server notices nothing. */
@Tag("jdk-independent")
class FirstBytesIT {

    private static final int CONNECTIONS = 1_000;
    private static final int FRAME = 512;

    @RegisterExtension
    final Processes processes = Processes.perTest();

    /** Six printable bytes at the start are one of the exemptions of the firewall that FirstBytesTest describes. */
    @ParameterizedTest
    @CsvSource({"ON_THE_COMMAND_LINE, 2", "IN_A_FILE, 1"})
    void eachConnectionBeginsWithSixPrintableBytes(Given given, String version) throws Exception {
        try (ServerSocket server = Sockets.listen()) {
            SaltunnelProcess client = given.start(
                    processes,
                    "client",
                    "127.0.0.1:" + server.getLocalPort(),
                    "first-bytes=printable",
                    "protocol=" + version);
            for (int i = 0; i < CONNECTIONS; i++) {
                byte[] packet = firstPacket(client.address(), server);
                assertThat(packet).hasSize(FRAME);
                assertThat(Arrays.copyOf(packet, 6)).asString(US_ASCII).matches("[ -~]{6}");
            }
        }
    }

    private static byte[] firstPacket(InetSocketAddress client, ServerSocket server) throws IOException {
        Socket application = Sockets.connect(client);
        try (Socket accepted = server.accept()) {
            return accepted.getInputStream().readNBytes(FRAME);
        } finally {
            application.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theServerAcceptsThem(Given given) throws Exception {
        try (EchoTarget target = EchoTarget.start()) {
            SaltunnelProcess server = processes.server(target.address());
            SaltunnelProcess client = given.start(
                    processes, "client", "127.0.0.1:" + server.address().getPort(), "first-bytes=printable");
            try (Socket application = Sockets.connect(client.address())) {
                application.getOutputStream().write(7);
                assertThat(application.getInputStream().read()).isEqualTo(7);
            }
        }
    }
}
