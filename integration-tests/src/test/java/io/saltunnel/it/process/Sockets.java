package io.saltunnel.it.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;

/** Plain sockets with a limit on every wait. */
final class Sockets {

    private static final int BUFFER_BYTES = 64 * 1024;

    private Sockets() {}

    static Socket connect(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout((int) Patience.LIMIT.toMillis());
        socket.connect(address, (int) Patience.LIMIT.toMillis());
        return socket;
    }

    /** A socket that listens on a free port of loopback. */
    static ServerSocket listen() throws IOException {
        return listen(0);
    }

    /** A socket that listens on a port of loopback. */
    static ServerSocket listen(int port) throws IOException {
        ServerSocket listener = new ServerSocket();
        listener.setReuseAddress(true);
        listener.setSoTimeout((int) Patience.LIMIT.toMillis());
        listener.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 4096);
        return listener;
    }

    static Socket accept(ServerSocket listener) throws IOException {
        Socket socket = listener.accept();
        socket.setSoTimeout((int) Patience.LIMIT.toMillis());
        return socket;
    }

    static InetSocketAddress address(ServerSocket listener) {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    /** An address on loopback without a listener. */
    static InetSocketAddress closedPort() throws IOException {
        try (ServerSocket listener = listen()) {
            return address(listener);
        }
    }

    /** How a connection without any data ends; it may end so early that connecting fails. */
    static Ending endingOf(InetSocketAddress address) throws IOException {
        try (Socket socket = connect(address)) {
            return readToEnd(socket).ending();
        } catch (SocketException e) {
            if (isReset(e)) {
                return Ending.RESET;
            }
            throw e;
        }
    }

    /** Whether a peer accepted the connection and reset it. */
    static boolean isReset(SocketException e) {
        return String.valueOf(e.getMessage()).contains("reset");
    }

    /** Closes with a reset instead of a FIN. */
    static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** How a stream ended. */
    enum Ending {
        /** With FIN. */
        FIN,
        /** With a reset. */
        RESET
    }

    /** The data until the end of the stream, and how it ended. */
    record Rest(byte[] bytes, Ending ending) {}

    /** Reads until the stream ends, one way or the other. */
    static Rest readToEnd(Socket socket) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            for (int n = socket.getInputStream().read(buffer);
                    n >= 0;
                    n = socket.getInputStream().read(buffer)) {
                bytes.write(buffer, 0, n);
            }
            return new Rest(bytes.toByteArray(), Ending.FIN);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            return new Rest(bytes.toByteArray(), Ending.RESET);
        }
    }
}
