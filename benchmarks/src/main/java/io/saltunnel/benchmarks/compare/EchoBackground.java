package io.saltunnel.benchmarks.compare;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends single bytes at an even rate, in turn through a few connections that echo them, without waiting for earlier
 * echoes, so that every subject measured beside it has the same load. One thread; it reads a connection's echoes when
 * it next sends there.
 */
final class EchoBackground implements AutoCloseable {
    private static final int CONNECTIONS = 10;

    private final List<SocketChannel> connections = new ArrayList<>();
    private final long pauseNanos;
    private final Thread thread = new Thread(this::run, "background");
    private volatile long echoes;
    private volatile boolean stopped;

    EchoBackground(Load load, int perSecond) throws IOException {
        pauseNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
        for (int i = 0; i < CONNECTIONS; i++) {
            SocketChannel connection = load.connect(Target.ECHO);
            connection.configureBlocking(false);
            connections.add(connection);
        }
        thread.start();
    }

    /** The number of echoes so far. */
    long echoes() {
        return echoes;
    }

    private void run() {
        ByteBuffer one = ByteBuffer.allocateDirect(1);
        ByteBuffer back = ByteBuffer.allocateDirect(4096);
        long due = System.nanoTime();
        try {
            for (int next = 0; !stopped; next = (next + 1) % CONNECTIONS) {
                while (due - System.nanoTime() > 0) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                due += pauseNanos;
                SocketChannel connection = connections.get(next);
                int read = connection.read(back.clear());
                if (read < 0) {
                    throw new IOException("the connection ended");
                }
                count(read);
                connection.write(one.clear());
            }
        } catch (IOException e) {
            System.err.println("background failed: " + e);
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written by one thread only
    private void count(int more) {
        echoes += more;
    }

    @Override
    public void close() throws IOException {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (SocketChannel connection : connections) {
            connection.close();
        }
    }
}
