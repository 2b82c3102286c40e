package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What becomes of log lines when the output takes them, or doesn't. */
class LogQueueTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int LINE_BYTES = 10_000;

    private final StuckOutput output = new StuckOutput();
    private final LogQueue queue = LogQueue.start(output, dropped -> bytes("dropped " + dropped));

    @Test
    void writesEveryLineInOrder() {
        output.release();
        for (int i = 0; i < 1000; i++) {
            queue.add(bytes("line " + i));
        }
        assertThat(queue.flush(PATIENCE)).isTrue();
        assertThat(output.written).hasSize(1000).startsWith("line 0", "line 1").endsWith("line 999");
    }

    @Test
    void neverWaitsForTheOutputAndSaysHowManyLinesItDropped() {
        int added = 3 * LogQueue.MAX_BYTES / LINE_BYTES;
        for (int i = 0; i < added; i++) {
            queue.add(new byte[LINE_BYTES]);
        }
        assertThat(queue.flush(Duration.ZERO)).isFalse();
        output.release();
        assertThat(queue.flush(PATIENCE)).isTrue();
        int whole = output.written.size() - 1;
        assertThat(whole).isBetween(1, LogQueue.MAX_BYTES / LINE_BYTES + 1);
        assertThat(output.written).endsWith("dropped " + (added - whole));
        queue.add(bytes("afterwards"));
        assertThat(queue.flush(PATIENCE)).isTrue();
        assertThat(output.written).endsWith("dropped " + (added - whole), "afterwards");
    }

    @Test
    void takesALineThatIsLongerThanTheWholeQueue() {
        output.release();
        queue.add(new byte[2 * LogQueue.MAX_BYTES]);
        assertThat(queue.flush(PATIENCE)).isTrue();
        assertThat(output.written).hasSize(1);
    }

    private static byte[] bytes(String line) {
        return line.getBytes(StandardCharsets.US_ASCII);
    }

    /** Takes nothing until it is released. */
    private static final class StuckOutput extends OutputStream {
        final List<String> written = new CopyOnWriteArrayList<>();
        private final CountDownLatch released = new CountDownLatch(1);

        void release() {
            released.countDown();
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            written.add(new String(bytes, offset, length, StandardCharsets.US_ASCII));
        }
    }
}
