package io.saltunnel.benchmarks.compare;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Uploads on any number of connections at once, from one thread to one thread, as much as each of them takes. Measured once they have settled: the first seconds of a thousand streams are those of small
 * windows, and of compilers that see something new.
 */
final class Streams {
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
        Thread uploads = new Thread(() -> upload(streams), "uploads");
        uploads.start();
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
        stopped = true;
        uploads.join();
    }

    private void upload(int streams) {
        ByteBuffer block = ByteBuffer.allocateDirect(Target.BLOCK_BYTES);
        Load load = new Load(target, subject.entry(), time);
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < streams; i++) {
                SocketChannel connection = load.openSink();
                connection.configureBlocking(false);
                connection.register(selector, SelectionKey.OP_WRITE);
            }
            while (!stopped) {
                selector.select();
                for (SelectionKey key : selector.selectedKeys()) {
                    ((SocketChannel) key.channel()).write(block.clear());
                }
                selector.selectedKeys().clear();
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
        } catch (IOException e) {
            System.err.println("uploads failed: " + e);
        }
    }
}
