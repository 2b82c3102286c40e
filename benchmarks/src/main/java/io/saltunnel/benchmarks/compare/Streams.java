package io.saltunnel.benchmarks.compare;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * Uploads on any number of connections at once, from one thread to one thread, as fast as each connection allows.
 * Measured once they have settled: in the first seconds of a thousand streams, windows are small and compilers meet new
 * code.
 */
final class Streams {
    /** The longest time until the end is noticed, even on full connections. */
    private static final int MOST_WAIT_MILLIS = 100;

    private final LoopTarget target;
    private final Subject subject;
    private final Running running;
    private final Duration settling;
    private final Duration time;
    private volatile boolean stopped;

    Streams(LoopTarget target, Subject subject, Running running, Duration settling, Duration time) {
        this.target = target;
        this.subject = subject;
        this.running = running;
        this.settling = settling;
        this.time = time;
    }

    void measure(int streams) throws IOException, InterruptedException {
        stopped = false;
        FutureTask<Void> uploads = new FutureTask<>(() -> upload(streams));
        new Thread(uploads, "uploads").start();
        try {
            TimeUnit.NANOSECONDS.sleep(settling.toNanos());
            long bytesBefore = target.takenInAll();
            long processorBefore = running.processorNanos();
            long start = System.nanoTime();
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
            double bytes = target.takenInAll() - bytesBefore;
            System.out.printf(
                    "%,d streams: %,.0f MB/s, %.2f ns of processor time a byte, %s MB resident%n",
                    streams,
                    bytes * 1e3 / (System.nanoTime() - start),
                    (running.processorNanos() - processorBefore) / bytes,
                    running.residentMb());
        } finally {
            stopped = true;
        }
        try {
            uploads.get();
        } catch (ExecutionException e) {
            throw new IOException("the uploads failed, and with them the measurement", e.getCause());
        }
    }

    private Void upload(int streams) throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(Target.BLOCK_BYTES);
        Load load = new Load(target, subject.entry(), time);
        try (Selector selector = Selector.open()) {
            try {
                for (int i = 0; i < streams; i++) {
                    SocketChannel connection = load.openSink();
                    connection.configureBlocking(false);
                    connection.register(selector, SelectionKey.OP_WRITE);
                }
                while (!stopped) {
                    selector.select(MOST_WAIT_MILLIS);
                    for (SelectionKey key : selector.selectedKeys()) {
                        ((SocketChannel) key.channel()).write(block.clear());
                    }
                    selector.selectedKeys().clear();
                }
            } finally {
                for (SelectionKey key : selector.keys()) {
                    key.channel().close();
                }
            }
        }
        return null;
    }
}
