package io.saltunnel.it.secrets;

import io.saltunnel.it.reference.ReferenceFrames.Keys;
import io.saltunnel.it.reference.ReferencePeer;
import java.io.IOException;
import java.net.Socket;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The other end of a tunnel, in the test. It reports the secrets that both ends have had. */
interface Peer extends AutoCloseable {

    /** The connection, for what no peer would do. */
    Socket socket();

    /** The secrets of the connection so far that this end knows, by name. */
    Map<String, byte[]> secrets();

    /** The names of those that an open connection needs: the keys of both directions. */
    Set<String> keysInUse();

    void send(byte[] data) throws IOException;

    /** Receives an amount of data, and discards it. */
    void receive(int length) throws IOException;

    /** Ends its direction in order. */
    void sendEnd() throws IOException;

    /** Aborts: the process sees a reset. */
    default void reset() throws IOException {
        socket().setSoLinger(true, 0);
        socket().close();
    }

    @Override
    default void close() throws IOException {
        socket().close();
    }

    /** A peer of version 1. */
    record First(ReferencePeer peer) implements Peer {

        @Override
        public Socket socket() {
            return peer.socket();
        }

        @Override
        public Map<String, byte[]> secrets() {
            return secrets(peer.keys());
        }

        static Map<String, byte[]> secrets(Keys keys) {
            Map<String, byte[]> secrets = new LinkedHashMap<>();
            secrets.put("client key", keys.client());
            secrets.put("server key", keys.server());
            secrets.put("shared secret", keys.shared());
            return secrets;
        }

        @Override
        public Set<String> keysInUse() {
            return Set.of("client key", "server key");
        }

        @Override
        public void send(byte[] data) throws IOException {
            peer.send(data);
        }

        @Override
        public void receive(int length) throws IOException {
            peer.receive(length);
        }

        @Override
        public void sendEnd() throws IOException {
            peer.sendEnd();
        }
    }
}
