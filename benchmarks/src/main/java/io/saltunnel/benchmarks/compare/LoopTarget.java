package io.saltunnel.benchmarks.compare;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Target} for thousands of connections, on one thread, so that the subject doesn't share its processors with
 * thousands of threads. It takes everything or sends it back; it sends no data itself.
 */
final class LoopTarget implements Sinks, AutoCloseable {
    private static final int BACKLOG = 4096;

    private final Selector selector = Selector.open();
    private final ServerSocketChannel listener = ServerSocketChannel.open();
    private final ByteBuffer block = ByteBuffer.allocateDirect(Target.BLOCK_BYTES);
    private final Map<Long, AtomicLong> taken = new ConcurrentHashMap<>();

    LoopTarget() throws IOException {
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
        Thread thread = new Thread(this::run, "target");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return listener.socket().getLocalPort();
    }

    @Override
    public AtomicLong taken(long number) {
        return taken.computeIfAbsent(number, key -> new AtomicLong());
    }

    /** The number of bytes that all sinks have taken. */
    long takenInAll() {
        return taken.values().stream().mapToLong(AtomicLong::get).sum();
    }

    private void run() {
        try {
            while (true) {
                selector.select(this::ready);
            }
        } catch (ClosedSelectorException e) {
            // The run is over.
        } catch (IOException e) {
            System.err.println("the target failed: " + e);
        }
    }

    private void ready(SelectionKey key) {
        if (!key.isValid()) {
            return;
        }
        try {
            if (key.isAcceptable()) {
                accept();
            } else {
                read(key, (SocketChannel) key.channel());
            }
        } catch (IOException e) {
            hangUp(key); // the load generator has finished
        }
    }

    private void accept() throws IOException {
        for (SocketChannel next = listener.accept(); next != null; next = listener.accept()) {
            next.configureBlocking(false);
            next.setOption(StandardSocketOptions.TCP_NODELAY, true);
            next.register(selector, SelectionKey.OP_READ, new Wish());
        }
    }

    private void read(SelectionKey key, SocketChannel connection) throws IOException {
        Wish wish = (Wish) key.attachment();
        if (connection.read(block.clear()) < 0) {
            hangUp(key);
            return;
        }
        block.flip();
        wish.read(block);
        if (wish.count != null) {
            wish.count.addAndGet(block.remaining());
        } else {
            while (block.hasRemaining()) {
                connection.write(block); // a byte or two: there is room
            }
        }
    }

    private static void hangUp(SelectionKey key) {
        try {
            key.channel().close();
        } catch (IOException e) {
            System.err.println("the target can't close a connection: " + e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        selector.close();
    }

    /** The request in a connection's first bytes: one byte for an echo, nine for a sink. */
    private final class Wish {
        private final ByteBuffer first = ByteBuffer.allocate(1 + Long.BYTES);

        /** Counts the bytes that a sink takes. */
        @Nullable
        AtomicLong count;

        void read(ByteBuffer bytes) {
            while (bytes.hasRemaining() && (first.position() == 0 || wantsNumber())) {
                first.put(bytes.get());
            }
            if (count == null && !first.hasRemaining()) {
                count = taken(first.getLong(1));
            }
        }

        private boolean wantsNumber() {
            return first.get(0) == Target.SINK && first.hasRemaining();
        }
    }
}
