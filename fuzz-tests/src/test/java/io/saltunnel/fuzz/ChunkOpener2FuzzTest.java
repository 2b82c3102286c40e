package io.saltunnel.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.saltunnel.core.crypto.ChunkCipher;
import io.saltunnel.core.crypto.ChunkFailure;
import io.saltunnel.core.crypto.KeyDerivation;
import io.saltunnel.core.crypto.SecretBox;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.core.session.ChunkException;
import io.saltunnel.core.session.KeyChanges;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.session.SessionKeys;
import io.saltunnel.core.wire.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The chunk opener of a server of version 2, with chunks that an authenticated peer seals and others may alter. It
 * follows changes of keys, and delivers the data of the chunks up to the end or before the first wrong one.
 */
class ChunkOpener2FuzzTest {
    private static final int MAX_CHUNKS = 12;
    private static final int REKEY = 0x4000;
    private static final int END = 0x8000;

    private static final SecretMemory MEMORY = SecretMemory.create();
    private static final ChunkCipher CIPHER = ChunkCipher.create();
    private static final SecretBox BOX = new SecretBox();

    /**
     * Chunks with any heads, one of them perhaps damaged, in runs of any length.
     *
     * @param choices selects the heads, the damage, and the runs
     */
    @FuzzTest(maxDuration = "")
    void followsHeadsUpToTheFirstThatIsWrong(FuzzedDataProvider choices) {
        ByteBuffer frames = direct(MAX_CHUNKS * Frame.SIZE);
        int count = choices.consumeInt(1, MAX_CHUNKS);
        int[] heads = new int[count];
        try (SessionKeys keys = keys();
                Session server = Session.ofServer(keys, new KeyChanges(() -> 0, RandomSource.system(), MEMORY))) {
            ByteBuffer key = direct(32).put(0, keys.bytes(), SessionKeys.CLIENT_KEY, 32);
            for (int i = 0; i < count; i++) {
                heads[i] = choices.consumeBoolean() ? choices.consumeInt(0, 0xffff) : choices.consumeInt(0, 0x1ff);
                seal(key, i, heads[i], frames);
                if (fault(heads[i]) == null && (heads[i] & REKEY) != 0) {
                    change(key);
                }
            }
            int damaged = choices.consumeInt(-1, count - 1);
            if (damaged >= 0) {
                int at = damaged * Frame.SIZE + choices.consumeInt(0, Frame.SIZE - 1);
                frames.put(at, (byte) (frames.get(at) ^ choices.consumeInt(1, 0xff)));
            }
            check(server, frames, heads, damaged, choices);
        }
        assertThat(MEMORY.liveSecrets()).isZero();
    }

    private static void check(Session server, ByteBuffer frames, int[] heads, int damaged, FuzzedDataProvider choices) {
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        ChunkFailure failure = null;
        boolean ended = false;
        int wrong = 0;
        for (; wrong < heads.length && failure == null; wrong++) {
            if (ended) {
                failure = ChunkFailure.AFTER_END;
            } else if (wrong == damaged) {
                failure = ChunkFailure.BAD_TAG;
            } else {
                failure = fault(heads[wrong]);
            }
            if (failure == null) {
                expected.writeBytes(filled(wrong, heads[wrong] & 0x1ff));
                ended = (heads[wrong] & END) != 0;
            }
        }
        ByteArrayOutputStream delivered = new ByteArrayOutputStream();
        ByteBuffer data = direct(MAX_CHUNKS * Frame.MAX_DATA);
        ChunkFailure met = null;
        for (int at = 0; at < heads.length && met == null; ) {
            int run = choices.consumeInt(1, heads.length - at);
            try {
                int length = server.opener().open(CIPHER, frames, at * Frame.SIZE, run, data, 0);
                copy(data, length, delivered);
                at += run;
            } catch (ChunkException e) {
                copy(data, e.dataLength(), delivered);
                met = e.reason();
                assertThat(e.chunkNumber()).isEqualTo(wrong - 1L);
            }
        }
        assertThat(met).isEqualTo(failure);
        assertThat(server.opener().hasEnded()).isEqualTo(ended);
        assertThat(delivered.toByteArray()).isEqualTo(expected.toByteArray());
    }

    private static @Nullable ChunkFailure fault(int head) {
        if ((head >>> 9 & 0x1f) != 0) {
            return ChunkFailure.RESERVED_BITS;
        }
        if ((head & 0x1ff) > Frame.MAX_DATA) {
            return ChunkFailure.BAD_LENGTH;
        }
        return head >>> 14 == 3 ? ChunkFailure.END_AND_REKEY : null;
    }

    /** A chunk with any head, filled with its number, padding included. */
    private static void seal(ByteBuffer key, int number, int head, ByteBuffer frames) {
        int frame = number * Frame.SIZE;
        frames.putShort(frame + Frame.TAG, (short) head);
        frames.put(frame + Frame.TAG + Short.BYTES, filled(number, Frame.MAX_DATA));
        BOX.seal8(key, 0, number, frames, frame, Frame.CHUNK_PLAINTEXT);
    }

    private static byte[] filled(int number, int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) (number + 1));
        return bytes;
    }

    private static void change(ByteBuffer key) {
        try (KeyDerivation derivation = KeyDerivation.of("saltunnel 2 rekey")) {
            derivation.part(key, 0, 32).into(key, 0, 32);
        }
    }

    private static void copy(ByteBuffer data, int length, ByteArrayOutputStream to) {
        byte[] bytes = new byte[length];
        data.get(0, bytes);
        to.writeBytes(bytes);
    }

    private static SessionKeys keys() {
        try (KeyDerivation derivation = KeyDerivation.of("fuzz")) {
            return SessionKeys.derive(derivation, MEMORY);
        }
    }

    private static ByteBuffer direct(int size) {
        return ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
