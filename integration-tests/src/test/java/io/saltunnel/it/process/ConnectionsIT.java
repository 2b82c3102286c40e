package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many connections: all are served, and leave nothing behind. */
@Tag("jdk-independent")
class ConnectionsIT {

    private static final int MANY = 500;

    /** As many as the limit of 20,000 open files allows a process that needs two for each. */
    private static final int VERY_MANY = Integer.getInteger("saltunnel.connections", 5_000);

    private static final int WORKERS = 16;

    @RegisterExtension
    final Processes processes = Processes.perTest();

    @Test
    void fiveHundredAtOnce() throws Exception {
        openAtOnce(MANY);
    }

    @Test
    void fiveThousandOpenAtOnce() throws Exception {
        openAtOnce(VERY_MANY);
    }

    @Test
    void thousandsOpenedAndClosedLeaveNothing() throws Exception {
        try (EchoTarget target = EchoTarget.start()) {
            TunnelPair tunnel = processes.tunnel(target.address());
            churn(tunnel, MANY); // create everything that is created once
            tunnel.awaitNoConnections();
            int clientFiles = settledFiles(tunnel.client());
            int serverFiles = settledFiles(tunnel.server());

            churn(tunnel, VERY_MANY);
            tunnel.awaitNoConnections();
            assertThat(target.accepted()).isEqualTo(MANY + VERY_MANY);
            Patience.await("all files are closed")
                    .until(() -> tunnel.client().status().openFiles() <= clientFiles
                            && tunnel.server().status().openFiles() <= serverFiles);
        }
    }

    /** A connection's file descriptor is closed a moment after the connection. */
    private static int settledFiles(SaltunnelProcess process) {
        int[] last = {-1, 0};
        Patience.await("its files are the same many times over").until(() -> {
            int files = process.status().openFiles();
            last[1] = files == last[0] ? last[1] + 1 : 0;
            last[0] = files;
            return last[1] == 10;
        });
        return last[0];
    }

    private void openAtOnce(int connections) throws Exception {
        try (EchoTarget target = EchoTarget.start()) {
            TunnelPair tunnel = processes.tunnel(
                    target.address(), "-m", Integer.toString(connections), "--handshake-timeout", "60");
            List<Socket> sockets = new ArrayList<>();
            try {
                for (int i = 0; i < connections; i++) {
                    Socket socket = tunnel.connect();
                    sockets.add(socket);
                    socket.getOutputStream().write(i);
                }
                for (int i = 0; i < connections; i++) {
                    assertThat(sockets.get(i).getInputStream().read()).isEqualTo(i & 0xff);
                }
                assertThat(target.open()).isEqualTo(connections);
                for (int i = 0; i < connections; i++) {
                    sockets.get(i).getOutputStream().write(i + 1);
                }
                for (int i = 0; i < connections; i++) {
                    assertThat(sockets.get(i).getInputStream().read()).isEqualTo(i + 1 & 0xff);
                }
            } finally {
                for (Socket socket : sockets) {
                    socket.close();
                }
            }
            tunnel.awaitNoConnections();
        }
    }

    private static void churn(TunnelPair tunnel, int connections) throws Exception {
        List<Task<Integer>> workers = new ArrayList<>();
        for (int worker = 0; worker < WORKERS; worker++) {
            int first = worker;
            workers.add(Task.start(() -> {
                int done = 0;
                for (int i = first; i < connections; i += WORKERS) {
                    exchange(tunnel, i);
                    done++;
                }
                return done;
            }));
        }
        int done = 0;
        for (Task<Integer> worker : workers) {
            done += worker.result();
        }
        assertThat(done).isEqualTo(connections);
    }

    private static void exchange(TunnelPair tunnel, int number) throws IOException {
        try (Socket socket = tunnel.connect()) {
            socket.getOutputStream().write(number);
            socket.shutdownOutput();
            assertThat(socket.getInputStream().read()).isEqualTo(number & 0xff);
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }
}
