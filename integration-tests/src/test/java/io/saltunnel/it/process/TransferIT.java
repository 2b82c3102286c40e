package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.it.process.Payload.Checksum;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A large amount of data arrives unchanged. */
class TransferIT {

    /** A gigabyte each way by default. */
    private static final long BYTES = Long.getLong("saltunnel.transfer.bytes", 1_000_000_000L);

    @RegisterExtension
    final Processes processes = Processes.perTest();

    @Test
    void aGigabyteEachWayAtOnce() throws Exception {
        exchange(BYTES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "nio", "io_uring"})
    void everyTransportBothWaysAtOnce(String transport) throws Exception {
        exchange(BYTES / 20, "--transport", transport);
    }

    private void exchange(long bytes, String... options) throws Exception {
        Payload there = new Payload(1, bytes);
        Payload back = new Payload(2, bytes);
        try (ServerSocket listener = Sockets.listen()) {
            TunnelPair tunnel = processes.tunnel(Sockets.address(listener), options);
            try (Socket application = tunnel.connect();
                    Socket target = Sockets.accept(listener)) {
                Task<Checksum> received = Task.start(() -> Payload.readFrom(target.getInputStream()));
                Task<Checksum> sent = Task.start(() -> send(there, application));
                Task<Checksum> answered = Task.start(() -> send(back, target));

                assertThat(Payload.readFrom(application.getInputStream())).isEqualTo(answered.result());
                assertThat(received.result()).isEqualTo(sent.result());
            }
        }
    }

    private static Checksum send(Payload payload, Socket socket) throws Exception {
        Checksum checksum = payload.writeTo(socket.getOutputStream());
        socket.shutdownOutput();
        return checksum;
    }
}
