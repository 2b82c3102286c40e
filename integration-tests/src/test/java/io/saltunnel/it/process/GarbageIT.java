package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Goal: data on its way makes no garbage, so that no collection of the heap delays it. */
class GarbageIT {

    private static final int CONNECTIONS = 8;
    private static final int ROUNDS = 4000;
    private static final int STREAM_BYTES = 64 << 20;

    /**
     * The megabytes that the virtual machine itself allocates while it loads and compiles. A new buffer for each read
     * would make nine, and an object for each of some vectors fifty.
     */
    private static final int MAX_COLLECTIONS = 2;

    private static final String LOG = "-Xlog:gc:stderr";

    @RegisterExtension
    final Processes processes = Processes.perTest();

    @Test
    void dataOnItsWayMakesNone() throws Exception {
        try (EchoTarget target = EchoTarget.start()) {
            SaltunnelProcess server = processes.launch("server", target.address(), LOG);
            SaltunnelProcess client = processes.launch("client", server.address(), LOG);
            List<Socket> sockets = new ArrayList<>();
            try {
                for (int i = 0; i < CONNECTIONS; i++) {
                    sockets.add(Sockets.connect(client.address()));
                }
                // Compiling takes some rounds. Code that always makes garbage makes it in every round.
                long deadline = System.nanoTime() + 4 * Patience.LIMIT.toNanos();
                int collections;
                do {
                    int ofServer = collections(server);
                    int ofClient = collections(client);
                    moveData(sockets);
                    collections = Math.max(collections(server) - ofServer, collections(client) - ofClient);
                } while (collections > MAX_COLLECTIONS && System.nanoTime() < deadline);
                assertThat(collections).isLessThanOrEqualTo(MAX_COLLECTIONS);
            } finally {
                for (Socket socket : sockets) {
                    socket.close();
                }
            }
        }
    }

    private static int collections(SaltunnelProcess process) {
        return process.linesWith("Pause").size();
    }

    /** Single bytes on all connections, and then a stream on one of them. */
    private static void moveData(List<Socket> sockets) throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            for (Socket socket : sockets) {
                socket.getOutputStream().write(i);
            }
            for (Socket socket : sockets) {
                assertThat(socket.getInputStream().read()).isEqualTo(i & 0xff);
            }
        }
        Socket one = sockets.get(0);
        Task<Void> sent = Task.start(() -> {
            one.getOutputStream().write(new byte[STREAM_BYTES]);
            return null;
        });
        one.getInputStream().skipNBytes(STREAM_BYTES);
        sent.result();
    }
}
