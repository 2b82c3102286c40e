package io.saltunnel.core.handshake;

import io.saltunnel.core.random.RandomSource;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;

/** Gives scripted bytes: each call gets the next piece, and must ask for exactly its size. */
public final class ScriptedRandom implements RandomSource {

    private final Deque<byte[]> pieces = new ArrayDeque<>();

    /** With these pieces, in this order. */
    public ScriptedRandom(String... hex) {
        add(hex);
    }

    /** More pieces, to follow those that are left. */
    public void add(String... hex) {
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

    /** Whether all pieces were asked for. */
    public boolean isUsedUp() {
        return pieces.isEmpty();
    }
}
