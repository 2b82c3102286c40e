package io.saltunnel.it.secrets;

import io.saltunnel.it.reference.ReferencePeer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;

/** The version of the protocol that the test speaks with the process. */
enum Version {
    V1 {
        @Override
        Peer connect(InetSocketAddress server, byte[] key) throws IOException {
            return new Peer.First(ReferencePeer.connect(server, key));
        }

        @Override
        Peer accept(Socket client, byte[] key) throws IOException {
            return new Peer.First(ReferencePeer.accept(client, key));
        }

        @Override
        Map<String, byte[]> failAsClient(InetSocketAddress server, byte[] key) throws IOException {
            return Peer.First.secrets(FailingHandshakes.withBadMessageZero(server, key));
        }

        @Override
        Map<String, byte[]> failAsServer(Socket client, byte[] key, Socket application) throws IOException {
            return Peer.First.secrets(FailingHandshakes.withBadProof(client, key, application));
        }
    },
    V2 {
        @Override
        Peer connect(InetSocketAddress server, byte[] key) throws IOException {
            return Peer2.connect(server, key);
        }

        @Override
        Peer accept(Socket client, byte[] key) throws IOException {
            return Peer2.accept(client, key);
        }

        @Override
        Map<String, byte[]> failAsClient(InetSocketAddress server, byte[] key) throws IOException {
            return FailingHandshakes.withBadMessageZero2(server, key);
        }

        @Override
        Map<String, byte[]> failAsServer(Socket client, byte[] key, Socket application) throws IOException {
            return FailingHandshakes.withAWeakKey2(client, key, application);
        }
    };

    /** As the program's option wants it. */
    String option() {
        return name().substring(1);
    }

    abstract Peer connect(InetSocketAddress server, byte[] key) throws IOException;

    abstract Peer accept(Socket client, byte[] key) throws IOException;

    /** Lets a server derive secrets, then fails the handshake; the connection has ended when this returns. */
    abstract Map<String, byte[]> failAsClient(InetSocketAddress server, byte[] key) throws IOException;

    /** Lets a client derive secrets, then fails the handshake; both connections have ended when this returns. */
    abstract Map<String, byte[]> failAsServer(Socket client, byte[] key, Socket application) throws IOException;
}
