package io.saltunnel.it.secrets;

import io.saltunnel.core.crypto.KeyDerivation;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * Replaces a key by the one that follows from it, as a session does, deep in the stack of a thread which then does
 * nothing more. The key is put together from two arguments, so that the process has it nowhere else.
 */
final class ResidueProcess {

    private static final int KEY_SIZE = 32;

    /** Enough calls for any compiler. */
    private static final int WARM_UP = 30_000;

    /** Frames between the change and the thread's last loop, whose own calls can't reach so far down. */
    private static final int DEPTH = 200;

    private static volatile boolean changed;

    private ResidueProcess() {}

    public static void main(String[] hex) throws Exception {
        byte[] one = HexFormat.of().parseHex(hex[0]);
        byte[] other = HexFormat.of().parseHex(hex[1]);
        ByteBuffer key = ByteBuffer.allocateDirect(KEY_SIZE);
        for (int i = 0; i < KEY_SIZE; i++) {
            key.put(i, (byte) (one[i] ^ other[i]));
        }
        Thread thread = new Thread(() -> change(key), "changer");
        thread.setDaemon(true);
        thread.start();
        while (!changed) {
            Thread.onSpinWait();
        }
        System.err.println("ready");
        System.in.read();
    }

    private static void change(ByteBuffer key) {
        ByteBuffer warmUp = ByteBuffer.allocateDirect(KEY_SIZE);
        for (int i = 0; i < WARM_UP; i++) {
            changeBelow(0, warmUp);
        }
        changeBelow(DEPTH, key);
        changed = true;
        while (changed) {
            // Any call would overwrite something of what the change has left on the stack.
        }
    }

    private static void changeBelow(int frames, ByteBuffer key) {
        if (frames > 0) {
            changeBelow(frames - 1, key);
        } else {
            try (KeyDerivation derivation = KeyDerivation.of("saltunnel 2 rekey")) {
                derivation.part(key, 0, KEY_SIZE).into(key, 0, KEY_SIZE);
            }
        }
    }
}
