package io.saltunnel.examples.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saltunnel.examples.KeyExtension;
import io.saltunnel.netty.Tunnel;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.stage.PipelineStageProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class QuotaStageTest {
    private static final int PATIENCE_MILLIS = 30_000;

    @RegisterExtension
    final KeyExtension keys = new KeyExtension();

    @Test
    void resetsAConnectionThatBringsTooMuch() throws Exception {
        try (ServerSocket target = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Tunnel server = Tunnel.server(keys.key())
                        .listen(HostAndPort.parse("127.0.0.1:0"))
                        .target(new HostAndPort("127.0.0.1", target.getLocalPort()))
                        .start()
                        .join();
                Tunnel client = Tunnel.client(keys.key())
                        .listen(HostAndPort.parse("127.0.0.1:0"))
                        .server(server.boundAddress())
                        .stage(PipelineStageProvider.load("quota", "1000"))
                        .start()
                        .join();
                Socket application = new Socket(InetAddress.getLoopbackAddress(), client.boundPort())) {
            target.setSoTimeout(PATIENCE_MILLIS);
            application.getOutputStream().write(new byte[1000]);
            try (Socket accepted = target.accept()) {
                accepted.setSoTimeout(PATIENCE_MILLIS);
                assertThat(accepted.getInputStream().readNBytes(1000)).hasSize(1000);
                application.getOutputStream().write(1);
                assertReset(accepted);
                assertReset(application);
            }
        }
    }

    private static void assertReset(Socket socket) throws IOException {
        socket.setSoTimeout(PATIENCE_MILLIS);
        assertThatThrownBy(() -> socket.getInputStream().readAllBytes()).isInstanceOf(SocketException.class);
    }

    @Test
    void saysWhatIsWrongWithItsArgument() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PipelineStageProvider.load("quota", "much"))
                .withMessage("quota needs a number of bytes, not 'much'");
    }
}
