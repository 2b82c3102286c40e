package io.saltunnel.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.saltunnel.core.crypto.ChunkCipher;
import io.saltunnel.core.crypto.ChunkFailure;
import io.saltunnel.core.crypto.Poly1305;
import io.saltunnel.core.crypto.Salsa20;
import io.saltunnel.core.secret.SecretBytes;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.core.session.ChunkException;
import io.saltunnel.core.session.NonceExhaustedException;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.session.SessionKeys;
import io.saltunnel.core.wire.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The chunk opener of a server, with chunks that an authenticated peer seals and others may alter. It delivers the data
 * of the chunks before the first wrong one, and nothing after it.
 */
class ChunkOpenerFuzzTest {
    private static final int MAX_CHUNKS = 12;

    private static final SecretMemory MEMORY = SecretMemory.create();
    private static final ChunkCipher CIPHER = ChunkCipher.create();

    /**
     * Chunks of any plaintext, one of them perhaps damaged, in runs of any length.
     *
     * @param choices selects the content of the chunks, the damage, and the runs
     */
    @FuzzTest(maxDuration = "")
    void deliversWhatTheChunksHoldUpToTheFirstThatIsWrong(FuzzedDataProvider choices) throws Exception {
        ByteBuffer frames = direct(MAX_CHUNKS * Frame.SIZE);
        ByteBuffer data = direct(MAX_CHUNKS * Frame.SIZE);
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        int count = choices.consumeInt(1, MAX_CHUNKS);
        int[] before = new int[MAX_CHUNKS + 1]; // bytes of data before each chunk
        int wrong = count;
        boolean damaged = false;
        ByteArrayOutputStream delivered = new ByteArrayOutputStream();
        try (SessionKeys keys = keys();
                Session server = Session.ofServer(keys)) {
            for (int i = 0; i < count; i++) {
                byte[] plaintext = new byte[Frame.CHUNK_PLAINTEXT];
                int length = choices.consumeInt(0, 0xffff);
                ByteBuffer.wrap(plaintext).order(ByteOrder.LITTLE_ENDIAN).putShort((short) length);
                byte[] content = choices.consumeBytes(Frame.MAX_DATA);
                System.arraycopy(content, 0, plaintext, Short.BYTES, content.length);
                frames.put(i * Frame.SIZE + Frame.TAG, plaintext);
                seal(keys, i + 1L, frames, i * Frame.SIZE);
                before[i] = expected.size();
                if (wrong == count && length > Frame.MAX_DATA) {
                    wrong = i;
                } else if (wrong == count) {
                    expected.write(plaintext, Short.BYTES, length);
                }
            }
            before[count] = expected.size();
            int flip = choices.consumeInt(-1, count * Frame.SIZE - 1);
            int mask = choices.consumeInt(0, 0xff);
            if (flip >= 0 && mask != 0 && flip / Frame.SIZE <= wrong) {
                frames.put(flip, (byte) (frames.get(flip) ^ mask));
                wrong = flip / Frame.SIZE;
                damaged = true;
            }
            ChunkFailure failure = null;
            for (int at = 0; at < count && failure == null; ) {
                int run = choices.consumeInt(1, count - at);
                try {
                    copy(data, open(server, frames, at, run, data), delivered);
                    at += run;
                } catch (ChunkException e) {
                    copy(data, e.dataLength(), delivered);
                    failure = e.reason();
                    assertThat(e.chunkNumber()).isEqualTo(wrong + 1L);
                }
            }
            assertThat(failure)
                    .isEqualTo(wrong == count ? null : damaged ? ChunkFailure.BAD_TAG : ChunkFailure.BAD_LENGTH);
        }
        assertThat(delivered.toByteArray()).isEqualTo(Arrays.copyOf(expected.toByteArray(), before[wrong]));
        assertThat(MEMORY.liveSecrets()).isZero();
    }

    /** Seals a chunk of any plaintext, even one that no sealer makes: {@code box8} of docs/PROTOCOL.md. */
    private static void seal(SessionKeys keys, long nonce, ByteBuffer frames, int frame) {
        ByteBuffer stream = direct(Poly1305.KEY_SIZE + Frame.CHUNK_PLAINTEXT);
        Salsa20.keystream(keys.bytes(), SessionKeys.CLIENT_KEY, nonce, 0, stream, 0, stream.limit());
        int text = frame + Frame.TAG;
        for (int i = 0; i < Frame.CHUNK_PLAINTEXT; i++) {
            frames.put(text + i, (byte) (frames.get(text + i) ^ stream.get(Poly1305.KEY_SIZE + i)));
        }
        Poly1305.tag(stream, 0, frames, text, Frame.CHUNK_PLAINTEXT, frames, frame);
    }

    private static int open(Session server, ByteBuffer frames, int at, int run, ByteBuffer data)
            throws ChunkException, NonceExhaustedException {
        return server.opener().open(CIPHER, frames, at * Frame.SIZE, run, data, 0);
    }

    private static void copy(ByteBuffer data, int length, ByteArrayOutputStream to) {
        byte[] bytes = new byte[length];
        data.get(0, bytes);
        to.writeBytes(bytes);
    }

    private static SessionKeys keys() {
        try (SecretBytes shared = MEMORY.allocate(32)) {
            shared.buffer().put(0, (byte) 9);
            return SessionKeys.derive(shared, MEMORY);
        }
    }

    private static ByteBuffer direct(int size) {
        return ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
