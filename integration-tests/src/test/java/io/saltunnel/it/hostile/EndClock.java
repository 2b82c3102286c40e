package io.saltunnel.it.hostile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;

/** Takes the times at which connections end, all of them on one thread. */
final class EndClock {
    /** Is told how a connection ended. */
    interface Listener {
        void ended(long nanoTime, boolean reset);
    }

    private record Watched(SocketChannel channel, int answerBytes, Listener listener) {}

    private final Selector selector = Selector.open();
    private final Queue<Watched> arriving = new ConcurrentLinkedQueue<>();
    private final Semaphore ended = new Semaphore(0);
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(4096);

    EndClock() throws IOException {
        Thread thread = new Thread(this::run, "end-clock");
        thread.setDaemon(true);
        thread.start();
    }

    /** From now on; the channel is closed at its end. More than so many bytes of answer are an error. */
    void watch(SocketChannel channel, int answerBytes, Listener listener) {
        arriving.add(new Watched(channel, answerBytes, listener));
        selector.wakeup();
    }

    /** Waits for the ends of so many. */
    void awaitAll(int connections) throws InterruptedException {
        ended.acquire(connections);
    }

    private void run() {
        try {
            while (true) {
                selector.select();
                long now = System.nanoTime();
                for (SelectionKey key : selector.selectedKeys()) {
                    ready(key, now);
                }
                selector.selectedKeys().clear();
                for (Watched next = arriving.poll(); next != null; next = arriving.poll()) {
                    next.channel.configureBlocking(false);
                    next.channel.register(selector, SelectionKey.OP_READ, next);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void ready(SelectionKey key, long now) throws IOException {
        Watched watched = (Watched) key.attachment();
        boolean reset = false;
        try {
            int count = watched.channel.read(buffer.clear());
            if (count >= 0) {
                if (count != watched.answerBytes) {
                    throw new IllegalStateException(count + " bytes of answer");
                }
                return;
            }
        } catch (IOException e) {
            reset = true;
        }
        watched.channel.close();
        watched.listener.ended(now, reset);
        ended.release();
    }
}
