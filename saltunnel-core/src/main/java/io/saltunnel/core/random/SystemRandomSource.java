package io.saltunnel.core.random;

import com.google.crypto.tink.subtle.Random;
import io.saltunnel.core.secret.Wiping;
import java.nio.ByteBuffer;

/** The system's random source as Tink picks it: one generator a thread, so that event loops don't wait for each other. */
enum SystemRandomSource implements RandomSource {
    INSTANCE;

    /** Bounds the temporary array; keys and nonces are far shorter. */
    private static final int MAX_STEP = 1024;

    @Override
    public void fill(ByteBuffer target) {
        int end = target.limit();
        for (int at = target.position(); at < end; at += MAX_STEP) {
            byte[] bytes = Random.randBytes(Math.min(MAX_STEP, end - at));
            try {
                target.put(at, bytes);
            } finally {
                Wiping.wipe(bytes);
            }
        }
    }
}
