package io.saltunnel.it.process;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A service for any number of connections, on one thread: sends back what it receives, and ends its stream when the
 * peer has ended its own.
 */
public final class EchoTarget implements Closeable {

    private static final int BUFFER_BYTES = 16 * 1024;

    private final ServerSocketChannel listener;
    private final Selector selector;
    private final Thread thread;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile boolean closing;

    private EchoTarget(InetSocketAddress address) throws IOException {
        selector = Selector.open();
        listener = ServerSocketChannel.open();
        listener.bind(address, 4096).configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
        thread = new Thread(this::serve, "echo-target");
        thread.setDaemon(true);
        thread.start();
    }

    /** On a free port of loopback. */
    public static EchoTarget start() throws IOException {
        return at(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
    }

    /** On a port of loopback. */
    public static EchoTarget at(InetSocketAddress address) throws IOException {
        return new EchoTarget(address);
    }

    /** The address it listens on. */
    public InetSocketAddress address() {
        try {
            return (InetSocketAddress) listener.getLocalAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The number of open connections. */
    public int open() {
        return open.get();
    }

    /** The number of connections so far. */
    public int accepted() {
        return accepted.get();
    }

    private void serve() {
        try {
            while (!closing) {
                selector.select(this::ready);
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void ready(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                accept();
            } else {
                ((Echo) key.attachment()).go(key);
            }
        } catch (IOException e) {
            close(key);
        }
    }

    private void accept() throws IOException {
        SocketChannel channel = listener.accept();
        if (channel != null) {
            accepted.incrementAndGet();
            open.incrementAndGet();
            channel.configureBlocking(false).register(selector, SelectionKey.OP_READ, new Echo(channel));
        }
    }

    private void close(SelectionKey key) {
        try {
            key.channel().close();
        } catch (IOException e) {
            // The peer is gone.
        }
        open.decrementAndGet();
    }

    /** Ends the service and closes its connections. */
    @Override
    public void close() throws IOException {
        closing = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Echo {
        private final SocketChannel channel;
        private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        private boolean ended;

        Echo(SocketChannel channel) {
            this.channel = channel;
        }

        void go(SelectionKey key) throws IOException {
            if (key.isReadable()) {
                ended = channel.read(buffer) < 0;
            }
            buffer.flip();
            channel.write(buffer);
            buffer.compact();
            if (buffer.position() > 0) {
                key.interestOps(
                        ended || !buffer.hasRemaining()
                                ? SelectionKey.OP_WRITE
                                : SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            } else if (ended) {
                EchoTarget.this.close(key);
            } else {
                key.interestOps(SelectionKey.OP_READ);
            }
        }
    }
}
