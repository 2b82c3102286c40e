package io.saltunnel.core.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saltunnel.core.wire.Frame;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class KernelChoiceTest {

    private static final int CHUNKS = 40;
    private static final int LENGTH = CHUNKS * Frame.MAX_DATA;

    private final ByteBuffer key = ByteBuffer.allocateDirect(Salsa20.KEY_SIZE);
    private final ByteBuffer data = ByteBuffer.allocateDirect(LENGTH);

    @Test
    void aCipherInUseTakesUpWhatIsChosen() {
        try (ChunkCipher plain = ChunkKernels.PLAIN.cipher();
                ChunkCipher cipher = ChunkCipher.create()) {
            assertArrayEquals(seal(plain, 0), seal(cipher, 0));
            ChunkCipher.chooseKernels(System::nanoTime);
            assertArrayEquals(seal(plain, CHUNKS), seal(cipher, CHUNKS));
            try (ChunkCipher later = ChunkCipher.create()) {
                assertEquals(later.kernelName(), cipher.kernelName());
            }
        }
    }

    @Test
    void kernelsThatMayBeReplacedAreReplacedByThoseThatStay() {
        ChunkCipher.chooseKernels(System::nanoTime);
        CountingKeystream keystream = new CountingKeystream();
        Kernels first = new Kernels(keystream, new WordText(), new SerialTags(), 0);
        try (Kernels second = KernelChoice.latest(first)) {
            assertEquals(1, keystream.closes);
            assertEquals(second, KernelChoice.latest(second));
        }
        assertEquals(1, keystream.closes);
    }

    private byte[] seal(ChunkCipher cipher, long firstNonce) {
        ByteBuffer frames = ByteBuffer.allocateDirect(CHUNKS * Frame.SIZE);
        cipher.seal(key, 0, firstNonce, data, 0, LENGTH, frames, 0);
        byte[] bytes = new byte[frames.capacity()];
        frames.get(0, bytes);
        return bytes;
    }

    /** Counts how often it is closed. */
    private static final class CountingKeystream implements ChunkKeystream {
        private final RowKeystream rows = new RowKeystream();
        int closes;

        @Override
        public String name() {
            return rows.name();
        }

        @Override
        public void generate(ByteBuffer key, int keyOffset, long firstNonce, int chunks, ByteBuffer output) {
            rows.generate(key, keyOffset, firstNonce, chunks, output);
        }

        @Override
        public void wipe() {
            rows.wipe();
        }

        @Override
        public void close() {
            closes++;
            rows.close();
        }
    }
}
