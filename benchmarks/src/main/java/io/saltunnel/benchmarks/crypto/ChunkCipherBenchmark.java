package io.saltunnel.benchmarks.crypto;

import io.saltunnel.core.crypto.ChunkCipher;
import io.saltunnel.core.wire.ChunkMark;
import io.saltunnel.core.wire.Frame;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Chunks between direct buffers, full or without data, in microseconds per run; libsodium does the same arithmetic on the same frames.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ChunkCipherBenchmark {

    private static final int TEXT = 16;
    private static final int TEXT_SIZE = Frame.SIZE - TEXT;
    private static final int POLY_KEY = 32;

    /** Chunks in a run. */
    @Param({"1", "16", "128"})
    int chunks;

    private final ChunkCipher cipher = ChunkCipher.create();
    private final ByteBuffer key = direct(32);
    private final ByteBuffer data = direct(ChunkCipher.MAX_CHUNKS_PER_RUN * Frame.MAX_DATA);
    private final ByteBuffer frames = direct(ChunkCipher.MAX_CHUNKS_PER_RUN * Frame.SIZE);
    private final ByteBuffer sealed = direct(ChunkCipher.MAX_CHUNKS_PER_RUN * Frame.SIZE);
    private final ByteBuffer nonce = direct(8);

    /** One chunk: room for the key of Poly1305, then the text. */
    private final ByteBuffer padded = direct(POLY_KEY + TEXT_SIZE);

    private final ByteBuffer stream = direct(POLY_KEY + TEXT_SIZE);

    private final long keyAt = Sodium.address(key);
    private final long framesAt = Sodium.address(frames);
    private final long sealedAt = Sodium.address(sealed);
    private final long nonceAt = Sodium.address(nonce);
    private final long paddedAt = Sodium.address(padded);
    private final long streamAt = Sodium.address(stream);

    @Setup
    public void fill() {
        ChunkCipher.chooseKernels(System::nanoTime);
        byte[] random = new byte[data.limit()];
        new Random(1).nextBytes(random);
        data.put(0, random);
        key.put(0, random, 0, key.limit());
        cipher.seal(key, 0, 0, data, 0, chunks * Frame.MAX_DATA, sealed, 0);
    }

    @TearDown
    public void close() {
        cipher.close();
    }

    @Benchmark
    public void seal() {
        cipher.seal(key, 0, 0, data, 0, chunks * Frame.MAX_DATA, frames, 0);
    }

    /** What {@link #seal} does, without data. */
    @Benchmark
    public void pad() {
        cipher.seal(key, 0, 0, data, 0, 0, chunks, ChunkMark.NONE, frames, 0);
    }

    /** A keystroke, and padding behind it. */
    @Benchmark
    public void padBehindAByte() {
        cipher.seal(key, 0, 0, data, 0, 1, chunks, ChunkMark.NONE, frames, 0);
    }

    /** As it was once: a call for each chunk. */
    @Benchmark
    public void padOneByOne() {
        for (int i = 0; i < chunks; i++) {
            cipher.seal(key, 0, i, data, 0, 0, 1, ChunkMark.NONE, frames, i * Frame.SIZE);
        }
    }

    @Benchmark
    public int open() {
        return cipher.open(key, 0, 0, sealed, 0, chunks, frames, 0);
    }

    /** Salsa20 and Poly1305, called for each chunk; libsodium needs 32 bytes of room before the text. */
    @Benchmark
    public void sodiumSeal() {
        for (int i = 0; i < chunks; i++) {
            int frame = i * Frame.SIZE;
            nonce.putLong(0, i);
            padded.put(POLY_KEY + 2, data, i * Frame.MAX_DATA, Frame.MAX_DATA);
            Sodium.crypto_stream_salsa20_xor_ic(streamAt, paddedAt, POLY_KEY + TEXT_SIZE, nonceAt, 0, keyAt);
            Sodium.crypto_onetimeauth_poly1305(framesAt + frame, streamAt + POLY_KEY, TEXT_SIZE, streamAt);
            frames.put(frame + TEXT, stream, POLY_KEY, TEXT_SIZE);
        }
    }

    /** The reverse; a tag is checked before its text is used. */
    @Benchmark
    public void sodiumOpen() {
        for (int i = 0; i < chunks; i++) {
            int frame = i * Frame.SIZE;
            nonce.putLong(0, i);
            padded.put(POLY_KEY, sealed, frame + TEXT, TEXT_SIZE);
            Sodium.crypto_stream_salsa20_xor_ic(streamAt, paddedAt, POLY_KEY + TEXT_SIZE, nonceAt, 0, keyAt);
            if (Sodium.crypto_onetimeauth_poly1305_verify(sealedAt + frame, paddedAt + POLY_KEY, TEXT_SIZE, streamAt)
                    != 0) {
                throw new IllegalStateException("frame " + i + " is not what it was");
            }
            frames.put(i * Frame.MAX_DATA, stream, POLY_KEY + 2, Frame.MAX_DATA);
        }
    }

    private static ByteBuffer direct(int size) {
        return ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
