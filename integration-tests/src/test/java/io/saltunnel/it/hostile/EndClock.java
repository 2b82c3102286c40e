package io.saltunnel.it.hostile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Records the times at which connections end, all on one thread. */
final class EndClock implements AutoCloseable {
    /** Receives how a connection ended. */
    interface Listener {
        void ended(long nanoTime, boolean reset);
    }

    private static final class Watched {
        private final SocketChannel channel;
        private final Listener listener;
        private int missingBytes;

        Watched(SocketChannel channel, int answerBytes, Listener listener) {
            this.channel = channel;
            this.missingBytes = answerBytes;
            this.listener = listener;
        }
    }

    private final Selector selector = Selector.open();
    private final Queue<Watched> arriving = new ConcurrentLinkedQueue<>();
    private final Semaphore ended = new Semaphore(0);
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
    private volatile @Nullable Exception failure;

    EndClock() throws IOException {
        Thread thread = new Thread(this::run, "end-clock");
        thread.setDaemon(true);
        thread.start();
    }

    /** Starts the clock; the channel is closed at its end. An answer of any other length is an error. */
    void watch(SocketChannel channel, int answerBytes, Listener listener) {
        arriving.add(new Watched(channel, answerBytes, listener));
        selector.wakeup();
    }

    /** Waits until a number of connections have ended. */
    void awaitAll(int connections) throws IOException, InterruptedException {
        ended.acquire(connections);
        if (failure != null) {
            throw new IOException("the clock stopped", failure);
        }
    }

    private void run() {
        try {
            while (true) {
                selector.select();
                long now = System.nanoTime();
                for (SelectionKey key : selector.selectedKeys()) {
                    ready((Watched) key.attachment(), now);
                }
                selector.selectedKeys().clear();
                for (Watched next = arriving.poll(); next != null; next = arriving.poll()) {
                    next.channel.configureBlocking(false);
                    next.channel.register(selector, SelectionKey.OP_READ, next);
                }
            }
        } catch (ClosedSelectorException e) {
            // The result is no longer needed.
        } catch (IOException e) {
            failure = e;
            ended.release(Integer.MAX_VALUE / 2);
        }
    }

    private void ready(Watched watched, long now) throws IOException {
        int count;
        boolean reset = false;
        try {
            count = watched.channel.read(buffer.clear());
        } catch (IOException e) {
            count = -1;
            reset = true;
        }
        if (count >= 0) {
            watched.missingBytes -= count;
            return;
        }
        if (!reset && watched.missingBytes != 0) {
            throw new IOException(-watched.missingBytes + " bytes too many in an answer");
        }
        watched.channel.close();
        watched.listener.ended(now, reset);
        ended.release();
    }

    @Override
    public void close() throws IOException {
        selector.close();
    }
}
