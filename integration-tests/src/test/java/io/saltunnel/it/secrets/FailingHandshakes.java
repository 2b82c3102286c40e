package io.saltunnel.it.secrets;

import io.saltunnel.it.reference.ReferenceFrames;
import io.saltunnel.it.reference.ReferenceFrames.ClientHi;
import io.saltunnel.it.reference.ReferenceFrames.Keys;
import io.saltunnel.it.reference.ReferenceFrames.ServerHi;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.Map;

/** Peers that know the long-term key, let the other end derive session keys, and then fail the handshake. */
final class FailingHandshakes {

    private static final SecureRandom RANDOM = new SecureRandom();

    private FailingHandshakes() {}

    /**
     * A client whose message0 is noise. It closes the connection itself, because the server doesn't reveal a refusal.
     */
    static Keys withBadMessageZero(InetSocketAddress server, byte[] longTermKey) throws IOException {
        byte[] secret = random(32);
        ClientHi hi = new ClientHi(
                ReferenceFrames.publicKey(secret), System.currentTimeMillis() / 1000, random(16), System.nanoTime());
        try (Socket socket = new Socket(server.getAddress(), server.getPort())) {
            socket.getOutputStream().write(ReferenceFrames.sealClientHi(longTermKey, random(24), hi));
            byte[] answer = socket.getInputStream().readNBytes(ReferenceFrames.FRAME);
            ServerHi serverHi =
                    ReferenceFrames.openServerHi(longTermKey, answer).orElseThrow();
            socket.getOutputStream().write(random(ReferenceFrames.FRAME));
            return Keys.agree(secret, serverHi.publicKey()).orElseThrow();
        }
    }

    /**
     * A server whose proof is noise, and which ends its stream then. Waits until the client has closed its connections
     * to the server and to the application.
     */
    static Keys withBadProof(Socket client, byte[] longTermKey, Socket application) throws IOException {
        byte[] secret = random(32);
        try (client) {
            byte[] hello = client.getInputStream().readNBytes(ReferenceFrames.FRAME);
            ClientHi hi = ReferenceFrames.openClientHi(longTermKey, hello).orElseThrow();
            ServerHi answer = new ServerHi(ReferenceFrames.publicKey(secret), random(16));
            client.getOutputStream().write(ReferenceFrames.sealServerHi(longTermKey, random(24), answer));
            client.shutdownOutput(); // the client would wait for its time-out otherwise
            TunnelConnection.awaitEnd(client);
            TunnelConnection.awaitEnd(application);
            return Keys.agree(secret, hi.publicKey()).orElseThrow();
        }
    }

    /**
     * The same for version 2. The secrets are those that the client knows, so ML-KEM's decapsulation key isn't among
     * them.
     */
    static Map<String, byte[]> withBadMessageZero2(InetSocketAddress server, byte[] longTermKey) throws IOException {
        try (Socket socket = new Socket(server.getAddress(), server.getPort())) {
            Handshake2 handshake = new Handshake2(socket, longTermKey);
            handshake.greet();
            handshake.proveNothing();
            return handshake.secrets();
        }
    }

    /**
     * A server of version 2 whose X25519 key is a point of low order. The client checks that last, after it has
     * encapsulated a secret. It never sends this secret, so only the key of serverhi is known here.
     */
    static Map<String, byte[]> withAWeakKey2(Socket client, byte[] longTermKey, Socket application) throws IOException {
        try (client) {
            Handshake2 handshake = new Handshake2(client, longTermKey);
            handshake.hear();
            handshake.answerWithAWeakKey();
            client.shutdownOutput(); // the client would wait for its time-out otherwise
            TunnelConnection.awaitEnd(client);
            TunnelConnection.awaitEnd(application);
            return handshake.secrets();
        }
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}
