package io.saltunnel.it.hostile;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The network between a client and a server: passes each connection's frames on, and gives those of the next connection
 * to a {@link Fault}. The end of one side, FIN or RST, ends the other the same way.
 */
final class FaultProxy implements AutoCloseable {
    private static final int FRAME = 512;

    enum Direction {
        TO_SERVER,
        TO_CLIENT
    }

    /** Handles the frames of one direction. One object per connection, so it may keep state. */
    @FunctionalInterface
    interface Fault {
        /**
         * Passes a frame on, or does something else.
         *
         * @param number from 0 on
         * @param frame 512 bytes
         * @param out the frame's destination
         */
        void pass(int number, byte[] frame, Socket out) throws IOException;
    }

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final InetSocketAddress server;
    private final Map<Direction, Fault> next = new EnumMap<>(Direction.class);
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    FaultProxy(InetSocketAddress server) throws IOException {
        this.server = server;
        start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Only the next connection gets this fault. */
    synchronized void strikeNext(Direction direction, Fault fault) {
        next.put(direction, fault);
    }

    private synchronized Fault takeFault(Direction direction) {
        Fault fault = next.remove(direction);
        return fault != null
                ? fault
                : (number, frame, out) -> out.getOutputStream().write(frame);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                sockets.add(client);
                client.setTcpNoDelay(true);
                Socket onward = new Socket(server.getAddress(), server.getPort());
                sockets.add(onward);
                onward.setTcpNoDelay(true);
                Fault toServer = takeFault(Direction.TO_SERVER);
                Fault toClient = takeFault(Direction.TO_CLIENT);
                Set<Socket> broken = ConcurrentHashMap.newKeySet();
                start(() -> carry(client, onward, toServer, broken));
                start(() -> carry(onward, client, toClient, broken));
            }
        } catch (IOException e) {
            // Closed: the test is over.
        }
    }

    /** Linux reports a reset once: if a write gets it, later reads see only an end. */
    private static void carry(Socket in, Socket out, Fault fault, Set<Socket> broken) {
        try {
            InputStream frames = in.getInputStream();
            int number = 0;
            for (byte[] frame = frames.readNBytes(FRAME); frame.length == FRAME; frame = frames.readNBytes(FRAME)) {
                synchronized (out) {
                    broken.add(out);
                    fault.pass(number++, frame, out);
                    broken.remove(out);
                }
            }
            synchronized (in) {
                if (broken.contains(in)) {
                    throw new IOException("reset, as the writer has noticed");
                }
            }
            if (!out.isOutputShutdown()) {
                out.shutdownOutput();
            }
        } catch (IOException e) { // reset by one side, or by the fault
            reset(in);
            reset(out);
        }
    }

    static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // The connection is gone already.
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "fault-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        sockets.forEach(FaultProxy::reset);
    }
}
