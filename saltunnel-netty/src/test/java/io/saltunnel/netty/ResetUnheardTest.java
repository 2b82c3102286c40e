package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: a reset of a connection that isn't being read ends both sides, even if the other side sends nothing and doesn't
 * end its stream. Otherwise its slot, files and keys would be held forever.
 */
@Timeout(120)
@ParameterizedClass
@EnumSource(
        value = Transport.class,
        names = {"EPOLL", "NIO", "IO_URING"})
@Tag("jdk-independent")
class ResetUnheardTest {
    /** A pipe that has accepted nothing for this time is full. */
    private static final long STALLED_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    private final Transport transport;
    private LoopbackTunnel tunnel;

    ResetUnheardTest(Transport transport) {
        this.transport = transport;
    }

    @BeforeEach
    void start() throws IOException {
        tunnel = LoopbackTunnel.with(client -> client.transport(transport), server -> server.transport(transport));
    }

    @AfterEach
    void stop() throws IOException {
        tunnel.close();
    }

    @Test
    void afterTheApplicationHasEndedItsStream() throws Exception {
        try (Socket application = tunnel.connect();
                Socket target = tunnel.accept()) {
            endThenReset(application, target);
            awaitNoConnections();
        }
    }

    @Test
    void afterTheTargetHasEndedItsStream() throws Exception {
        try (Socket application = tunnel.connect();
                Socket target = tunnel.accept()) {
            endThenReset(target, application);
            awaitNoConnections();
        }
    }

    @Test
    void ofAnApplicationWhoseTargetReadsNothing() throws Exception {
        try (Socket application = tunnel.connect();
                Socket target = tunnel.accept()) {
            LoopbackTunnel.echo(application, target);
            fill(application);
            LoopbackTunnel.reset(application);
            awaitNoConnections();
        }
    }

    @Test
    void ofATargetWhoseApplicationReadsNothing() throws Exception {
        try (Socket application = tunnel.connect();
                Socket target = tunnel.accept()) {
            LoopbackTunnel.echo(application, target);
            fill(target);
            LoopbackTunnel.reset(target);
            awaitNoConnections();
        }
    }

    private static void endThenReset(Socket breaking, Socket silent) throws IOException {
        LoopbackTunnel.echo(breaking, silent);
        breaking.shutdownOutput();
        assertThat(silent.getInputStream().read()).isEqualTo(-1);
        LoopbackTunnel.reset(breaking);
    }

    /**
     * Writes more than the tunnel and the system hold while the data isn't read. If writing stalls earlier, the tunnel
     * notices the reset by reading. Then the case shows nothing, but doesn't fail.
     */
    private static void fill(Socket socket) {
        AtomicLong written = new AtomicLong();
        Thread writer = new Thread(() -> LoopbackTunnel.writeUntilReset(socket, written));
        writer.setDaemon(true);
        writer.start();
        long last = 0;
        long since = System.nanoTime();
        while (last == 0 || System.nanoTime() - since < STALLED_NANOS) {
            if (written.get() != last) {
                last = written.get();
                since = System.nanoTime();
            }
            Thread.onSpinWait();
        }
    }

    private void awaitNoConnections() throws Exception {
        Await.until(
                "both sides to end",
                () -> tunnel.client.stats().open() == 0 && tunnel.server.stats().open() == 0);
    }
}
