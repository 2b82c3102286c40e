package io.saltunnel.cli.top;

import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.address.UnixPath;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** Sends requests to the status server of a process, usually on this machine. Its calls block. Any thread. */
public final class StatusClient {

    private static final int TIMEOUT_MILLIS = 10_000;

    /** Longer than the answer of any process. */
    private static final int MOST_BYTES = 16 << 20;

    private static final String END_OF_HEAD = "\r\n\r\n";

    private final Endpoint server;

    /**
     * A client that isn't connected: each request has a connection of its own.
     *
     * @param server where the status server listens
     */
    public StatusClient(Endpoint server) {
        this.server = server;
    }

    /**
     * Makes a request.
     *
     * @param path begins with a slash
     * @return the body of an answer with status 200 or 503
     * @throws IOException if there is no such answer
     */
    public String get(String path) throws IOException {
        byte[] request =
                ("GET " + path + " HTTP/1.1\r\nHost: " + host() + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        String answer =
                server instanceof UnixPath file ? overUnix(file, request) : overTcp((HostAndPort) server, request);
        int end = answer.indexOf(END_OF_HEAD);
        if (end < 0 || !answer.matches("(?s)HTTP/1\\.1 (200|503) .*")) {
            throw new ProtocolException("no status server: it answered '"
                    + answer.lines().findFirst().orElse("") + "'");
        }
        return answer.substring(end + END_OF_HEAD.length());
    }

    private String host() {
        return server instanceof HostAndPort tcp ? tcp.toString() : "localhost";
    }

    private static String overTcp(HostAndPort server, byte[] request) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(new InetSocketAddress(server.host(), server.port()), TIMEOUT_MILLIS);
            socket.getOutputStream().write(request);
            return all(socket.getInputStream());
        }
    }

    private static String overUnix(UnixPath server, byte[] request) throws IOException {
        try (SocketChannel socket = SocketChannel.open(server.toSocketAddress())) {
            socket.write(ByteBuffer.wrap(request));
            return all(Channels.newInputStream(socket));
        }
    }

    private static String all(InputStream answer) throws IOException {
        return new String(answer.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
    }
}
