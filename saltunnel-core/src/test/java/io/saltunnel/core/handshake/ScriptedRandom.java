package io.saltunnel.core.handshake;

import io.saltunnel.core.random.RandomSource;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;

/** Gives scripted bytes: each call gets the next piece, and must ask for exactly its size. */
final class ScriptedRandom implements RandomSource {

    private final Deque<byte[]> pieces = new ArrayDeque<>();

    ScriptedRandom(String... hex) {
        for (String piece : hex) {
            pieces.add(HexFormat.of().parseHex(piece));
        }
    }

    @Override
    public void fill(ByteBuffer target) {
        byte[] piece = pieces.remove();
        if (piece.length != target.remaining()) {
            throw new AssertionError(target.remaining() + " random bytes asked for, " + piece.length + " were due");
        }
        target.put(target.position(), piece);
    }

    boolean isUsedUp() {
        return pieces.isEmpty();
    }
}
