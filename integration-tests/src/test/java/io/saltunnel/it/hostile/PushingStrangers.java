package io.saltunnel.it.hostile;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * Strangers who each send noise over one connection as fast as the server takes it, until it ends the connection:
 * {@code PushingStrangers PORT CONNECTIONS}. On loopback only. Ends when all connections have ended,
 * and prints how many bytes the system took.
 */
public final class PushingStrangers {
    private final Selector selector = Selector.open();
    private final ByteBuffer noise = ByteBuffer.allocateDirect(1 << 18).put(BadInput.random(1 << 18));
    private long pushed;

    private PushingStrangers(int port, int connections) throws IOException {
        for (int i = 0; i < connections; i++) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        }
    }

    public static void main(String[] args) throws IOException {
        PushingStrangers strangers = new PushingStrangers(Integer.parseInt(args[0]), Integer.parseInt(args[1]));
        System.out.println("pushing");
        strangers.push();
        System.out.println(strangers.pushed);
        System.out.flush();
    }

    private void push() throws IOException {
        while (!selector.keys().isEmpty()) {
            selector.select(100);
            for (SelectionKey key : selector.selectedKeys()) {
                push(key);
            }
            selector.selectedKeys().clear();
            selector.selectNow(); // forgets closed channels
        }
    }

    /** Until the server's FIN or RST. */
    private void push(SelectionKey key) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        try {
            if (key.isReadable() && channel.read(ByteBuffer.allocate(1)) < 0) {
                channel.close();
            } else {
                pushed += channel.write(noise.duplicate().clear());
            }
        } catch (IOException e) {
            channel.close();
        }
    }
}
