package io.saltunnel.it.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The second implementation with itself as its peer, over loopback. */
class ReferencePeerTest {

    private final byte[] key = Bytes.random(32);
    private final ExecutorService threads = Executors.newSingleThreadExecutor();
    private ServerSocket listener;

    @BeforeEach
    void listen() throws IOException {
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
        threads.shutdownNow();
    }

    @Test
    void carriesDataAndItsEndBothWays() throws Exception {
        byte[] request = Bytes.random(100_000);
        Future<byte[]> answered = server(() -> {
            try (ReferencePeer server = ReferencePeer.accept(listener.accept(), key)) {
                byte[] received = server.receiveAll();
                server.send(received);
                server.sendEnd();
                return received;
            }
        });
        try (ReferencePeer client = ReferencePeer.connect(address(), key)) {
            client.send(request);
            client.sendEnd();
            assertThat(client.receiveAll()).isEqualTo(request);
        }
        assertThat(answered.get()).isEqualTo(request);
    }

    @Test
    void refusesAPeerWithAnotherKey() throws Exception {
        Future<Boolean> refused = server(() -> {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> ReferencePeer.accept(listener.accept(), Bytes.random(32)))
                    .withMessage("not a clienthi");
            return true;
        });
        assertThatExceptionOfType(EOFException.class).isThrownBy(() -> ReferencePeer.connect(address(), key));
        assertThat(refused.get()).isTrue();
    }

    @Test
    void tellsAnEndInsideAFrame() throws Exception {
        Future<Boolean> cut = server(() -> {
            try (ReferencePeer server = ReferencePeer.accept(listener.accept(), key)) {
                server.socket().getOutputStream().write(new byte[511]);
                return true;
            }
        });
        try (ReferencePeer client = ReferencePeer.connect(address(), key)) {
            assertThatExceptionOfType(EOFException.class)
                    .isThrownBy(() -> client.receive(1))
                    .withMessage("ended inside a frame");
        }
        assertThat(cut.get()).isTrue();
    }

    private <T> Future<T> server(Callable<T> server) {
        return threads.submit(server);
    }

    private InetSocketAddress address() {
        return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
    }
}
