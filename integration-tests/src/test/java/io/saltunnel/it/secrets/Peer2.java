package io.saltunnel.it.secrets;

import io.saltunnel.core.crypto.ChunkCipher;
import io.saltunnel.core.wire.ChunkMark;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.ProtocolVersion;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** One end of a tunnel of version 2 over a blocking socket. Each direction may have its own thread. */
final class Peer2 implements Peer {

    private final Socket socket;
    private final Direction sending;
    private final Direction receiving;
    private final Map<String, byte[]> secrets;

    private Peer2(Handshake2 done, String sending, String receiving) {
        this.socket = done.socket();
        this.secrets = done.secrets();
        this.sending = new Direction(sending);
        this.receiving = new Direction(receiving);
    }

    static Peer2 connect(InetSocketAddress server, byte[] longTermKey) throws IOException {
        Handshake2 handshake = new Handshake2(new Socket(server.getAddress(), server.getPort()), longTermKey);
        handshake.greet();
        handshake.prove();
        return clientAfter(handshake);
    }

    static Peer2 clientAfter(Handshake2 handshake) {
        return new Peer2(handshake, Handshake2.CLIENT_KEY, Handshake2.SERVER_KEY);
    }

    static Peer2 accept(Socket client, byte[] longTermKey) throws IOException {
        Handshake2 handshake = new Handshake2(client, longTermKey);
        handshake.answer(handshake.hear());
        return serverAfter(handshake);
    }

    static Peer2 serverAfter(Handshake2 handshake) {
        return new Peer2(handshake, Handshake2.SERVER_KEY, Handshake2.CLIENT_KEY);
    }

    /** A direction's present key, and the number of its next chunk. */
    private final class Direction {
        private final String name;
        private int changes;
        private long number;

        Direction(String name) {
            this.name = name;
        }

        String keyName() {
            return name + changes;
        }

        ByteBuffer key() {
            synchronized (secrets) {
                return ByteBuffer.wrap(secrets.get(keyName()));
            }
        }

        void count(ChunkMark mark) {
            number++;
            if (mark == ChunkMark.REKEY) {
                synchronized (secrets) {
                    byte[] next = Handshake2.derive("saltunnel 2 rekey", 32, secrets.get(keyName()));
                    changes++;
                    secrets.put(keyName(), next);
                }
            }
        }
    }

    @Override
    public Socket socket() {
        return socket;
    }

    @Override
    public Map<String, byte[]> secrets() {
        synchronized (secrets) {
            return new LinkedHashMap<>(secrets);
        }
    }

    @Override
    public Set<String> keysInUse() {
        synchronized (secrets) {
            return Set.of(sending.keyName(), receiving.keyName());
        }
    }

    @Override
    public void send(byte[] data) throws IOException {
        ByteBuffer frames = ByteBuffer.allocate(ChunkCipher.chunks(data.length) * Frame.SIZE);
        try (ChunkCipher cipher = ChunkCipher.create()) {
            for (int from = 0, frame = 0; from < data.length; from += Frame.MAX_DATA, frame += Frame.SIZE) {
                int length = Math.min(Frame.MAX_DATA, data.length - from);
                seal(cipher, ByteBuffer.wrap(data), from, length, ChunkMark.NONE, frames, frame);
            }
        }
        socket.getOutputStream().write(frames.array());
    }

    /** Changes the key, in a chunk without data. */
    void changeKey() throws IOException {
        sendMark(ChunkMark.REKEY);
    }

    @Override
    public void sendEnd() throws IOException {
        sendMark(ChunkMark.END);
        socket.shutdownOutput();
    }

    private void sendMark(ChunkMark mark) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(Frame.SIZE);
        try (ChunkCipher cipher = ChunkCipher.create()) {
            seal(cipher, ByteBuffer.allocate(0), 0, 0, mark, frame, 0);
        }
        socket.getOutputStream().write(frame.array());
    }

    private void seal(
            ChunkCipher cipher, ByteBuffer data, int from, int length, ChunkMark mark, ByteBuffer frames, int frame) {
        cipher.seal(sending.key(), 0, sending.number, data, from, length, 1, mark, frames, frame);
        sending.count(mark);
    }

    @Override
    public void receive(int length) throws IOException {
        try (ChunkCipher cipher = ChunkCipher.create()) {
            for (int left = length; left > 0; ) {
                left -= receiveChunk(cipher);
            }
        }
    }

    /** Receives one chunk, with or without data. Returns how much data it had. */
    int receiveChunk(ChunkCipher cipher) throws IOException {
        byte[] frame = new byte[Frame.SIZE];
        new DataInputStream(socket.getInputStream()).readFully(frame);
        ByteBuffer chunk = ByteBuffer.wrap(frame);
        int opened = cipher.open(ProtocolVersion.V2, receiving.key(), 0, receiving.number, chunk, 0, 1, chunk, 0);
        if (opened < 0) {
            throw new IOException("chunk " + receiving.number + " doesn't open: " + cipher.lastFailure());
        }
        receiving.count(cipher.lastMark());
        return cipher.lastDataLength();
    }
}
