package io.saltunnel.it.hostile;

import io.saltunnel.core.handshake.HandshakeException;
import io.saltunnel.core.handshake.ReplayWindow;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.netty.Tunnel;
import io.saltunnel.netty.address.HostAndPort;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A program: a server that has admitted as many hellos as it remembers. Arguments: the key file, and the target. It
 * prints the port that it listens on, and runs until its input ends.
 */
final class SmallHeapServer {
    private static final int WINDOW_SECONDS = 3000;

    private SmallHeapServer() {}

    public static void main(String[] arguments) throws Exception {
        try (SecretMemory memory = SecretMemory.create();
                LongTermKey key = LongTermKey.load(Path.of(arguments[0]), memory);
                Tunnel server = Tunnel.server(key)
                        .listen(HostAndPort.parse("127.0.0.1:0"))
                        .target(HostAndPort.parse(arguments[1]))
                        .start()
                        .join()) {
            long oldest = fill(ReplayWindow.of(key, () -> {
                throw new AssertionError("the server has made it");
            }));
            while (now() <= oldest) { // a full window forgets its oldest second, and refuses hellos of that second
                Thread.onSpinWait();
            }
            System.out.println(server.boundPort());
            waitForTheEnd();
        }
    }

    private static void waitForTheEnd() throws IOException {
        while (System.in.read() >= 0) {
            // there is more
        }
    }

    /**
     * Acts like clients whose clocks are ahead by up to 50 minutes, because hellos older than the start are not
     * admitted.
     *
     * @return the oldest second in the window
     */
    private static long fill(ReplayWindow window) throws HandshakeException {
        long now = now();
        ByteBuffer nonce = ByteBuffer.allocate(24);
        for (int i = 0; i < window.capacity(); i++) {
            long second = now + (long) i * WINDOW_SECONDS / window.capacity();
            window.admit(now, second, nonce.putLong(0, i), 0);
        }
        if (window.size() != window.capacity()) {
            throw new AssertionError(window);
        }
        return now;
    }

    private static long now() {
        return System.currentTimeMillis() / 1000;
    }
}
