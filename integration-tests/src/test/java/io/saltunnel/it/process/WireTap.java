package io.saltunnel.it.process;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Somebody between client and server: passes on what each of them sends, at once, and notes how much came when. Each
 * connection has a thread for each direction.
 *
 * <pre>
 *   client ──▶ WireTap ──▶ server
 * </pre>
 */
final class WireTap implements Closeable {
    private static final int BUFFER_BYTES = 256 * 1024;

    private final InetSocketAddress server;
    private final ServerSocketChannel listener;
    private final BlockingQueue<Recording> recordings = new LinkedBlockingQueue<>();
    private final Queue<SocketChannel> connections = new ConcurrentLinkedQueue<>();

    /** The direction on the wire. */
    enum Direction {
        /** From client to server. */
        UP,
        /** From server to client. */
        DOWN
    }

    /** What was read at once, and when. */
    record Passed(long nanoTime, int bytes) {}

    private WireTap(InetSocketAddress server) throws IOException {
        this.server = server;
        listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
        start("wire-tap", this::accept);
    }

    /** Begins to pass connections on to a server. */
    static WireTap to(InetSocketAddress server) throws IOException {
        return new WireTap(server);
    }

    /** The address that clients take for the server's. */
    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) listener.getLocalAddress();
    }

    /** Waits for the recording of the next connection, in the order in which they came. */
    Recording next() throws InterruptedException {
        Recording next = recordings.poll(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no connection came");
        }
        return next;
    }

    private void accept() throws IOException {
        while (listener.isOpen()) {
            SocketChannel client = listener.accept();
            SocketChannel toServer = SocketChannel.open(server);
            for (SocketChannel each : List.of(client, toServer)) {
                each.setOption(StandardSocketOptions.TCP_NODELAY, true);
                connections.add(each);
            }
            Recording recording = new Recording();
            recordings.add(recording);
            start("wire-tap-up", () -> pass(client, toServer, recording, Direction.UP));
            start("wire-tap-down", () -> pass(toServer, client, recording, Direction.DOWN));
        }
    }

    private static void pass(SocketChannel from, SocketChannel to, Recording recording, Direction direction)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        try {
            for (int bytes = from.read(buffer); bytes >= 0; bytes = from.read(buffer.clear())) {
                recording.note(direction, new Passed(System.nanoTime(), bytes));
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
            }
            to.shutdownOutput();
        } catch (IOException e) { // a reset is passed on
            for (SocketChannel each : List.of(from, to)) {
                each.setOption(StandardSocketOptions.SO_LINGER, 0);
                each.close();
            }
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // It was closed.
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Accepts no more connections, and closes those that it has passed on. */
    @Override
    public void close() throws IOException {
        listener.close();
        for (SocketChannel each : connections) {
            each.close();
        }
    }

    /** What has passed on one connection so far. Safe for use by several threads. */
    static final class Recording {
        private final Map<Direction, List<Passed>> passed = new EnumMap<>(Direction.class);

        Recording() {
            for (Direction direction : Direction.values()) {
                passed.put(direction, new ArrayList<>());
            }
        }

        private synchronized void note(Direction direction, Passed what) {
            passed.get(direction).add(what);
        }

        /** All that has passed in a direction. */
        synchronized List<Passed> passed(Direction direction) {
            return List.copyOf(passed.get(direction));
        }

        /** What has passed from one time of {@link System#nanoTime} to another. */
        List<Passed> passed(Direction direction, long from, long to) {
            return passed(direction).stream()
                    .filter(each -> each.nanoTime() - from >= 0 && each.nanoTime() - to < 0)
                    .toList();
        }

        /** All bytes that have passed in a direction. */
        long bytes(Direction direction) {
            return passed(direction).stream().mapToLong(Passed::bytes).sum();
        }
    }
}
