package io.saltunnel.benchmarks.compare;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The service that every subject forwards to. The first byte of a connection selects what it does with the rest. */
final class Target implements Sinks, AutoCloseable {
    /** Take everything, and count it under the number in the next eight bytes. */
    static final byte SINK = 'S';

    /** Send until the connection ends. */
    static final byte SOURCE = 'R';

    /** Send everything back. */
    static final byte ECHO = 'E';

    static final int BLOCK_BYTES = 128 * 1024;
    private static final int BACKLOG = 4096;

    /** The most threads that wait for the next connection. */
    private static final int MAX_ACCEPTING = 4;

    private final ServerSocketChannel listener;
    private final AtomicInteger accepting = new AtomicInteger();
    private final Map<Long, AtomicLong> taken = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(null, task, "target", 128 * 1024);
        thread.setDaemon(true);
        return thread;
    });

    Target() throws IOException {
        listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        threads.execute(this::acceptAndServe);
    }

    int port() {
        return listener.socket().getLocalPort();
    }

    /**
     * The thread that accepts a connection also serves it, so that no other thread has to wake up; another thread
     * always waits to accept the next.
     */
    private void acceptAndServe() {
        while (accepting.incrementAndGet() <= MAX_ACCEPTING) {
            SocketChannel connection;
            try {
                connection = listener.accept();
            } catch (IOException e) {
                return; // closed: the run is over
            }
            if (accepting.decrementAndGet() == 0) {
                threads.execute(this::acceptAndServe);
            }
            serve(connection);
        }
        accepting.decrementAndGet();
    }

    @Override
    public AtomicLong taken(long number) {
        return taken.computeIfAbsent(number, key -> new AtomicLong());
    }

    private void serve(SocketChannel connection) {
        try (connection) {
            connection.setOption(StandardSocketOptions.TCP_NODELAY, true);
            ByteBuffer first = ByteBuffer.allocateDirect(1);
            if (connection.read(first) != 1) {
                return;
            }
            switch (first.get(0)) {
                case SINK -> sink(connection);
                case SOURCE -> source(connection);
                case ECHO -> echo(connection);
                default -> throw new IOException("unknown wish " + first.get(0));
            }
        } catch (IOException e) {
            // The load generator has finished and closed the connection.
        }
    }

    private void sink(SocketChannel connection) throws IOException {
        ByteBuffer number = ByteBuffer.allocate(Long.BYTES);
        while (number.hasRemaining() && connection.read(number) >= 0) {
            // the rest
        }
        AtomicLong count = taken(number.getLong(0));
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
        for (int read = connection.read(block); read >= 0; read = connection.read(block.clear())) {
            count.addAndGet(read);
        }
    }

    private static void source(SocketChannel connection) throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
        while (true) {
            connection.write(block.clear());
        }
    }

    private static void echo(SocketChannel connection) throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(4096);
        while (connection.read(block.clear()) >= 0) {
            block.flip();
            while (block.hasRemaining()) {
                connection.write(block);
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
    }
}
