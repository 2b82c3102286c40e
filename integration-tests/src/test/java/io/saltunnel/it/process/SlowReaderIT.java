package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A slow reader slows down only its own sender, and no process keeps the unread data. */
class SlowReaderIT {

    /** Far more than the system's buffers on the way can hold: three connections, up to 36 MB each. */
    private static final long BYTES = 400_000_000;

    private static final long MAX_UNDER_WAY = 150_000_000;
    private static final long MAX_GROWTH = 64 << 20;

    @RegisterExtension
    final Processes processes = Processes.perTest();

    @ParameterizedTest
    @ValueSource(strings = {"--max-connections 1", "--pad bursts"})
    void aReaderThatSleepsStopsTheSenderAndMemoryStaysBounded(String options) throws Exception {
        for (boolean upwards : new boolean[] {true, false}) {
            try (ServerSocket listener = Sockets.listen()) {
                TunnelPair tunnel = processes.tunnel(Sockets.address(listener), options.split(" "));
                try (Socket application = tunnel.connect();
                        Socket target = Sockets.accept(listener)) {
                    sleep(tunnel, upwards ? application : target, upwards ? target : application);
                }
            }
        }
    }

    private static void sleep(TunnelPair tunnel, Socket sender, Socket reader) throws Exception {
        // Both directions have been used, and everything that is created once exists.
        sender.getOutputStream().write(new byte[100_000]);
        reader.getInputStream().readNBytes(100_000);
        long before = tunnel.client().status().residentBytes()
                + tunnel.server().status().residentBytes();

        AtomicLong taken = new AtomicLong();
        Payload payload = new Payload(6, BYTES);
        Task<Payload.Checksum> sent = Task.start(() -> {
            Payload.Checksum checksum = payload.writeTo(new Counting(sender.getOutputStream(), taken));
            sender.shutdownOutput();
            return checksum;
        });
        awaitStandstill(taken);
        assertThat(taken).hasValueLessThan(MAX_UNDER_WAY);
        assertThat(tunnel.client().status().residentBytes()
                        + tunnel.server().status().residentBytes()
                        - before)
                .isLessThan(MAX_GROWTH);

        // The other direction is unaffected.
        reader.getOutputStream().write(1);
        assertThat(sender.getInputStream().read()).isOne();

        InputStream in = reader.getInputStream();
        assertThat(Payload.readFrom(in)).isEqualTo(sent.result());
    }

    /**
     * Waits until there was no progress for a second. On a machine so slow that this is too early, the test only proves
     * less.
     */
    private static void awaitStandstill(AtomicLong taken) {
        Patience.await("the sender is stopped")
                .pollInterval(Duration.ofSeconds(1))
                .until(new Callable<Boolean>() {
                    private long before = -1;

                    @Override
                    public Boolean call() {
                        boolean same = taken.get() == before && before > 0;
                        before = taken.get();
                        return same;
                    }
                });
    }

    /** Counts the bytes that the socket accepted. */
    private static final class Counting extends OutputStream {
        private final OutputStream out;
        private final AtomicLong taken;

        Counting(OutputStream out, AtomicLong taken) {
            this.out = out;
            this.taken = taken;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            taken.incrementAndGet();
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            taken.addAndGet(length);
        }
    }
}
