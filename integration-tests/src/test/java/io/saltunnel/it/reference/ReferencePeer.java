package io.saltunnel.it.reference;

import io.saltunnel.it.reference.ReferenceFrames.ClientHi;
import io.saltunnel.it.reference.ReferenceFrames.Keys;
import io.saltunnel.it.reference.ReferenceFrames.ServerHi;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.Optional;

/**
 * One end of a tunnel over a blocking socket, in either role, after a successful handshake. Anything that the protocol
 * forbids the peer is an {@link IOException}.
 *
 * <pre>
 *   try (ReferencePeer client = ReferencePeer.connect(serverAddress, key)) {
 *       client.send(request);
 *       client.sendEnd();
 *       byte[] response = client.receiveAll();
 *   }
 * </pre>
 */
public final class ReferencePeer implements AutoCloseable {
    /** Only a failure takes this long. */
    private static final int TIMEOUT_MILLIS = 60_000;

    private final Socket socket;
    private final Keys keys;
    private final byte[] sendKey;
    private final byte[] receiveKey;
    private long sendNumber;
    private long receiveNumber;

    private ReferencePeer(
            Socket socket, Keys keys, byte[] sendKey, long sendNumber, byte[] receiveKey, long receiveNumber) {
        this.socket = socket;
        this.keys = keys;
        this.sendKey = sendKey;
        this.sendNumber = sendNumber;
        this.receiveKey = receiveKey;
        this.receiveNumber = receiveNumber;
    }

    /** Connects to a server and shakes hands as a client with a correct clock. */
    public static ReferencePeer connect(InetSocketAddress server, byte[] longTermKey) throws IOException {
        byte[] secret = Bytes.random(32);
        ClientHi hi = new ClientHi(
                Box.publicKey(secret), System.currentTimeMillis() / 1000, Bytes.random(16), System.nanoTime());
        return connect(server, longTermKey, secret, hi, Bytes.random(24));
    }

    /** Connects to a server and shakes hands with a given clienthi. */
    public static ReferencePeer connect(
            InetSocketAddress server, byte[] longTermKey, byte[] ephemeralSecret, ClientHi hi, byte[] nonce)
            throws IOException {
        return handshake(server, socket -> {
            write(socket, ReferenceFrames.sealClientHi(longTermKey, nonce, hi));
            ServerHi answer = ReferenceFrames.openServerHi(longTermKey, read(socket))
                    .orElseThrow(() -> new IOException("not a serverhi"));
            Keys keys = Keys.agree(ephemeralSecret, answer.publicKey())
                    .filter(agreed -> Arrays.equals(agreed.proof(), answer.proof()))
                    .orElseThrow(() -> new IOException("wrong proof"));
            write(socket, ReferenceFrames.sealMessageZero(keys.client()));
            return new ReferencePeer(socket, keys, keys.client(), 1, keys.server(), 0);
        });
    }

    /** Shakes hands as a server with a connected client. The peer owns the socket from here on, also if this throws. */
    public static ReferencePeer accept(Socket client, byte[] longTermKey) throws IOException {
        return closingOnFailure(client, socket -> {
            ClientHi hi = ReferenceFrames.openClientHi(longTermKey, read(socket))
                    .orElseThrow(() -> new IOException("not a clienthi"));
            if (Math.abs(System.currentTimeMillis() / 1000 - hi.timeSeconds()) > 3600) {
                throw new IOException("a clienthi of another time: " + hi.timeSeconds());
            }
            byte[] secret = Bytes.random(32);
            Keys keys = Keys.agree(secret, hi.publicKey()).orElseThrow(() -> new IOException("weak public key"));
            ServerHi answer = new ServerHi(Box.publicKey(secret), keys.proof());
            write(socket, ReferenceFrames.sealServerHi(longTermKey, Bytes.random(24), answer));
            if (!ReferenceFrames.isMessageZero(keys.client(), read(socket))) {
                throw new IOException("not a message0");
            }
            return new ReferencePeer(socket, keys, keys.server(), 0, keys.client(), 1);
        });
    }

    /** The connection, for tests that send what no peer would. */
    public Socket socket() {
        return socket;
    }

    /** The secrets that both ends know, for tests that look for leaks. */
    public Keys keys() {
        return keys;
    }

    /** Sends data in the fewest possible chunks. */
    public void send(byte[] data) throws IOException {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (int from = 0; from < data.length; from += ReferenceFrames.MAX_DATA) {
            byte[] piece = Arrays.copyOfRange(data, from, Math.min(data.length, from + ReferenceFrames.MAX_DATA));
            frames.writeBytes(ReferenceFrames.sealChunk(sendKey, sendNumber++, piece));
        }
        write(socket, frames.toByteArray());
    }

    /** Ends this direction; the other continues. */
    public void sendEnd() throws IOException {
        socket.shutdownOutput();
    }

    /** Receives one chunk's data; empty if the peer ended its direction on a frame boundary. */
    public Optional<byte[]> receive() throws IOException {
        byte[] frame = socket.getInputStream().readNBytes(ReferenceFrames.FRAME);
        if (frame.length == 0) {
            return Optional.empty();
        }
        if (frame.length < ReferenceFrames.FRAME) {
            throw new EOFException("ended inside a frame");
        }
        long number = receiveNumber++;
        return Optional.of(ReferenceFrames.openChunk(receiveKey, number, frame)
                .orElseThrow(() -> new IOException("chunk " + number + " doesn't open")));
    }

    /** Receives a given amount of data; fails if the peer ends its direction before. */
    public byte[] receive(int length) throws IOException {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        while (data.size() < length) {
            data.writeBytes(receive().orElseThrow(() -> new EOFException("ended after " + data.size() + " bytes")));
        }
        return data.toByteArray();
    }

    /** Receives until the peer ends its direction. */
    public byte[] receiveAll() throws IOException {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        for (Optional<byte[]> chunk = receive(); chunk.isPresent(); chunk = receive()) {
            data.writeBytes(chunk.get());
        }
        return data.toByteArray();
    }

    /** Aborts: the peer sees a reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static ReferencePeer handshake(InetSocketAddress server, Handshake handshake) throws IOException {
        return closingOnFailure(new Socket(server.getAddress(), server.getPort()), handshake);
    }

    private static ReferencePeer closingOnFailure(Socket socket, Handshake handshake) throws IOException {
        try {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            return handshake.run(socket);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private static void write(Socket socket, byte[] frames) throws IOException {
        socket.getOutputStream().write(frames);
    }

    private static byte[] read(Socket socket) throws IOException {
        byte[] frame = socket.getInputStream().readNBytes(ReferenceFrames.FRAME);
        if (frame.length < ReferenceFrames.FRAME) {
            throw new EOFException("ended after " + frame.length + " bytes of a frame");
        }
        return frame;
    }

    @FunctionalInterface
    private interface Handshake {

        ReferencePeer run(Socket socket) throws IOException;
    }
}
