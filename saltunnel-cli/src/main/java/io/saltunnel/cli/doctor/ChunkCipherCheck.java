package io.saltunnel.cli.doctor;

import io.saltunnel.core.crypto.ChunkCipher;
import io.saltunnel.core.crypto.Poly1305;
import io.saltunnel.core.crypto.Salsa20;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.wire.Frame;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Compares runs of chunks on every kernel that works here, including the vector kernels, with boxes sealed one by one.
 */
final class ChunkCipherCheck {

    /** Lengths that fill a batch, leave a remainder for each width of vector, or are a single byte. */
    private static final int[] LENGTHS = {ChunkCipher.MAX_CHUNKS_PER_RUN * Frame.MAX_DATA, 31 * 494 + 7, 494, 1};

    /** First number of a run in which the nonce carries into its upper half. */
    private static final long FIRST_NONCE = 0xffff_fff0L;

    private final ByteBuffer key = random(32);

    static Finding ofAllKernels() {
        List<ChunkCipher> ciphers = ChunkCipher.createEach();
        try {
            for (ChunkCipher cipher : ciphers) {
                Finding finding = new ChunkCipherCheck().look(cipher);
                if (finding.verdict() != Finding.Verdict.OK) {
                    return finding;
                }
            }
            return Finding.ok(ciphers.stream()
                    .map(ChunkCipher::kernelName)
                    .collect(Collectors.joining("; ", "all kernels equal single boxes: ", "")));
        } finally {
            ciphers.forEach(ChunkCipher::close);
        }
    }

    Finding look(ChunkCipher cipher) {
        for (int length : LENGTHS) {
            int chunks = ChunkCipher.chunks(length);
            ByteBuffer data = random(length);
            ByteBuffer frames = direct(chunks * Frame.SIZE);
            cipher.seal(key, 0, FIRST_NONCE, data, 0, length, frames, 0);
            if (!frames.equals(boxes(data, length))) {
                return Finding.wrong("sealed data differs: " + cipher.kernelName());
            }
            ByteBuffer opened = direct(chunks * Frame.MAX_DATA);
            int written = cipher.open(key, 0, FIRST_NONCE, frames, 0, chunks, opened, 0);
            if (written != length || !opened.limit(length).equals(data)) {
                return Finding.wrong("opened data differs: " + cipher.kernelName());
            }
            int altered = chunks * Frame.SIZE - 1;
            frames.put(altered, (byte) (frames.get(altered) ^ 1));
            if (cipher.open(key, 0, FIRST_NONCE, frames, 0, chunks, opened.clear(), 0) != ~(chunks - 1)) {
                return Finding.wrong("an altered frame is not refused: " + cipher.kernelName());
            }
        }
        return Finding.ok(cipher.kernelName());
    }

    /** Seals the same frames one by one. */
    private ByteBuffer boxes(ByteBuffer data, int length) {
        int chunks = ChunkCipher.chunks(length);
        ByteBuffer frames = direct(chunks * Frame.SIZE);
        for (int i = 0; i < chunks; i++) {
            int at = i * Frame.MAX_DATA;
            int chunk = Math.min(length - at, Frame.MAX_DATA);
            int text = i * Frame.SIZE + Frame.TAG;
            frames.putShort(text, (short) chunk).put(text + 2, data, at, chunk);
            seal(frames, i * Frame.SIZE, FIRST_NONCE + i);
        }
        return frames;
    }

    private void seal(ByteBuffer frames, int frame, long nonce) {
        int text = frame + Frame.TAG;
        ByteBuffer stream = direct(Poly1305.KEY_SIZE + Frame.CHUNK_PLAINTEXT);
        Salsa20.keystream(key, 0, nonce, 0, stream, 0, stream.limit());
        for (int i = 0; i < Frame.CHUNK_PLAINTEXT; i++) {
            frames.put(text + i, (byte) (frames.get(text + i) ^ stream.get(Poly1305.KEY_SIZE + i)));
        }
        Poly1305.tag(stream, 0, frames, text, Frame.CHUNK_PLAINTEXT, frames, frame);
    }

    private static ByteBuffer random(int length) {
        ByteBuffer bytes = direct(length);
        RandomSource.system().fill(bytes);
        return bytes;
    }

    private static ByteBuffer direct(int length) {
        return ByteBuffer.allocateDirect(length).order(ByteOrder.LITTLE_ENDIAN);
    }
}
