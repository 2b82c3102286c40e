package io.saltunnel.it.hostile;

import io.saltunnel.core.wire.Frame;
import io.saltunnel.it.reference.ReferenceFrames;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** A clienthi of version 2, with any content, sealed by a holder of the key. */
final class Hello2 {
    /** The frames of serverhi. */
    static final int ANSWER_BYTES = 2048;

    private static final byte[] VERSION = HexFormat.of().parseHex("781b43aa8a43beca");
    private static final int PUBLIC_KEY_AT = 8;
    private static final int TIME_AT = 40;
    private static final int MACHINE_AT = 48;
    private static final int NAME_AT = 72;

    private final byte[] key;
    private final ByteBuffer text = ByteBuffer.allocate(Frame.HELLO_PLAINTEXT);

    private Hello2(byte[] key) {
        this.key = key;
    }

    /** A hello that is admitted, of a tunnel without a name. */
    static Hello2 by(BadInput.Attacker attacker) {
        Hello2 hello = new Hello2(attacker.key());
        hello.text.put(0, VERSION).put(PUBLIC_KEY_AT, BadInput.random(32)).put(MACHINE_AT, BadInput.random(24));
        return hello.at(0);
    }

    Hello2 at(long secondsOff) {
        text.putLong(TIME_AT, System.currentTimeMillis() / 1000 + secondsOff);
        return this;
    }

    Hello2 named(byte[] tag) {
        text.put(NAME_AT, tag);
        return this;
    }

    Hello2 withPublicKey(byte[] publicKey) {
        text.put(PUBLIC_KEY_AT, publicKey);
        return this;
    }

    Hello2 changed(int offset) {
        text.put(offset, (byte) (text.get(offset) ^ 1));
        return this;
    }

    byte[] sealed() {
        return ReferenceFrames.sealHello(key, BadInput.random(24), text.array());
    }

    /** A hello that a server has admitted and answered. */
    static byte[] admitted(InetSocketAddress server, byte[] key) throws IOException {
        byte[] hello = by(new BadInput.Attacker(key)).sealed();
        try (Socket socket = new Socket(server.getAddress(), server.getPort())) {
            socket.getOutputStream().write(hello);
            socket.getInputStream().readNBytes(ANSWER_BYTES);
            socket.setSoLinger(true, 0);
        }
        return hello;
    }
}
