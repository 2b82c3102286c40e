package io.saltunnel.it.hostile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** Opens connections to a server as fast as it can, and sends junk on each. On loopback only. */
public final class JunkFlood implements AutoCloseable {

    /** The behaviour of an established connection. */
    public enum Kind {
        /** Sends one frame of noise and resets, so that the server does all the work and the flood keeps no port. */
        HIT_AND_RUN(512, 0),
        /** Sends one frame of noise and stays until there are many newer ones. */
        STAY(512, 100),
        /** Sends nothing, and stays. */
        SILENT(0, 100);

        private final int junkBytes;
        private final int kept;

        Kind(int junkBytes, int kept) {
            this.junkBytes = junkBytes;
            this.kept = kept;
        }
    }

    /**
     * The most delay that a thread makes up for. If it made up for all of the second that a dropped SYN costs, it would
     * fill the server's accept queue at once, more SYNs would be dropped, and the flood would slow itself down
     * permanently.
     */
    private static final long MAX_BEHIND_NANOS = 20_000_000;

    private final InetSocketAddress server;
    private final Kind kind;
    private final long pauseNanos;
    private final Thread[] threads;
    private final LongAdder opened = new LongAdder();
    private volatile boolean stopped;

    /**
     * Starts a number of threads that together open at most the given connections per second, or as many as possible
     * for 0.
     */
    public JunkFlood(InetSocketAddress server, Kind kind, int threadCount, int perSecond) {
        if (!server.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException("only loopback may be flooded, not " + server);
        }
        this.server = server;
        this.kind = kind;
        this.pauseNanos = perSecond == 0 ? 0 : 1_000_000_000L * threadCount / perSecond;
        this.threads = new Thread[threadCount];
        for (int i = 0; i < threadCount; i++) {
            int number = i;
            threads[i] = new Thread(() -> flood(number), "flood-" + i);
            threads[i].setDaemon(true);
            threads[i].start();
        }
    }

    /** The number of connections so far. */
    public long opened() {
        return opened.sum();
    }

    /** The processor time of the flood's threads so far. */
    long cpuNanos() {
        ThreadMXBean cpu = ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads)
                .mapToLong(thread -> Math.max(0, cpu.getThreadCpuTime(thread.getId())))
                .sum();
    }

    private void flood(int number) {
        ArrayDeque<SocketChannel> open = new ArrayDeque<>();
        byte[] noise = new byte[kind.junkBytes];
        ThreadLocalRandom.current().nextBytes(noise);
        ByteBuffer junk = ByteBuffer.allocateDirect(kind.junkBytes).put(noise).flip();
        try {
            // One source address per thread, because one address doesn't have enough ports for all.
            InetAddress source = InetAddress.getByAddress(new byte[] {127, 1, 0, (byte) (number + 1)});
            long next = System.nanoTime();
            while (!stopped) {
                try {
                    open.add(connect(source, junk));
                    opened.increment();
                } catch (IOException e) {
                    Thread.onSpinWait(); // refused, or reset while the junk was sent; the next may succeed
                }
                while (open.size() > kind.kept) {
                    open.remove().close();
                }
                next = Math.max(next + pauseNanos, System.nanoTime() - MAX_BEHIND_NANOS);
                while (pauseNanos > 0 && System.nanoTime() < next) {
                    LockSupport.parkNanos(next - System.nanoTime());
                }
            }
            for (SocketChannel channel : open) {
                channel.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private SocketChannel connect(InetAddress source, ByteBuffer junk) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            channel.bind(new InetSocketAddress(source, 0));
            channel.connect(server);
            if (junk.hasRemaining()) {
                junk.putLong(0, ThreadLocalRandom.current().nextLong());
                channel.write(junk.duplicate());
            }
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Closes the connections, also those that are being made, and waits until that is done. */
    @Override
    public void close() {
        stopped = true;
        for (Thread thread : threads) {
            thread.interrupt();
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Floods until its standard input ends, and prints the rate: {@code JunkFlood PORT KIND THREADS PER_SECOND}. */
    public static void main(String[] args) throws IOException {
        InetSocketAddress server = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
        Kind kind = Kind.valueOf(args[1].toUpperCase(Locale.ROOT));
        long start = System.nanoTime();
        try (JunkFlood flood = new JunkFlood(server, kind, Integer.parseInt(args[2]), Integer.parseInt(args[3]))) {
            while (System.in.read() >= 0) {
                // Until the parent process has finished.
            }
            System.out.printf(
                    Locale.ROOT,
                    "%.0f connections a second, %.1f us each%n",
                    flood.opened() / ((System.nanoTime() - start) / 1e9),
                    flood.cpuNanos() / 1e3 / Math.max(1, flood.opened()));
        }
    }
}
