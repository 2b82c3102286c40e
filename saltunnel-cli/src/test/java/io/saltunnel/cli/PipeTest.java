package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.netty.Tunnel;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.metrics.TunnelEvents;
import io.saltunnel.netty.stage.ConnectionSummary;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Goal: what a pipe says of its end is what happened, and a failed pipe is no end of a stream. */
class PipeTest {

    private final LongTermKey key = LongTermKey.random();
    private final CompletableFuture<ConnectionSummary> ended = new CompletableFuture<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private ServerSocket target;
    private Tunnel server;

    @BeforeEach
    void start() throws Exception {
        target = new ServerSocket(0, 5, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        server = Tunnel.server(key)
                .listen(HostAndPort.parse("127.0.0.1:0"))
                .target(new HostAndPort("127.0.0.1", target.getLocalPort()))
                .events(new TunnelEvents() {
                    @Override
                    public void ended(ConnectionSummary summary) {
                        ended.complete(summary);
                    }
                })
                .start()
                .join();
    }

    @AfterEach
    void stop() throws Exception {
        over.countDown();
        server.close();
        target.close();
        key.close();
    }

    /** While there is input without end, the client can't pass all of it on. */
    @Test
    void aTargetThatResetsIsNotTakenForOutputThatFails() {
        CompletableFuture<Void> reset = CompletableFuture.runAsync(() -> {
            try (Socket accepted = target.accept()) {
                assertThat(accepted.getInputStream().readNBytes(100_000)).hasSize(100_000);
                accepted.setSoLinger(true, 0);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 1;
            }

            @Override
            public int read(byte[] into, int from, int count) {
                return count;
            }
        };
        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> pipe(endless, OutputStream.nullOutputStream()).carry())
                .withMessageStartingWith("the connection was reset");
        reset.join();
    }

    @Test
    void aDefectIsAnAbortForTheTarget() throws Exception {
        CompletableFuture<Socket> accepted = CompletableFuture.supplyAsync(() -> {
            try {
                Socket application = target.accept();
                application.getOutputStream().write(1);
                application.shutdownOutput(); // if the pipe sends its end too, the connection has ended in order
                return application;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int octet) {
                throw new IllegalStateException("a defect");
            }
        };
        assertThatIllegalStateException()
                .isThrownBy(() -> pipe(silent(), broken).carry());
        try (Socket socket = accepted.join()) {
            assertThat(ended.join().outcome()).isEqualTo(ConnectionSummary.Outcome.RESET);
            assertThat(socket.isClosed()).isFalse();
        }
    }

    private InputStream silent() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                try {
                    over.await();
                } catch (InterruptedException e) {
                    throw new IOException("interrupted", e);
                }
                return -1;
            }

            @Override
            public int read(byte[] into, int from, int count) throws IOException {
                return read();
            }
        };
    }

    private Pipe pipe(InputStream input, OutputStream output) {
        return new Pipe(
                Tunnel.client(key).server(new HostAndPort("127.0.0.1", server.boundPort())), new StandardStreams() {
                    @Override
                    public ReadableByteChannel in() {
                        return Channels.newChannel(input);
                    }

                    @Override
                    public WritableByteChannel out() {
                        return Channels.newChannel(output);
                    }

                    @Override
                    public boolean typed() {
                        return false;
                    }

                    @Override
                    public boolean shown() {
                        return false;
                    }

                    @Override
                    public HiddenTyping hideTyping() {
                        return () -> {};
                    }
                });
    }
}
