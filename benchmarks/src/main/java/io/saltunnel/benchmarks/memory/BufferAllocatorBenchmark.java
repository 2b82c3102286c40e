package io.saltunnel.benchmarks.memory;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.saltunnel.core.crypto.ChunkCipher;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.netty.memory.LockedBufferAllocator;
import java.nio.ByteBuffer;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * A tunnel's work on a full run, in microseconds: take a buffer as a read does, seal it into another buffer, release
 * both.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class BufferAllocatorBenchmark {
    private static final int DATA_BYTES = ChunkCipher.MAX_CHUNKS_PER_RUN * Frame.MAX_DATA;
    private static final int FRAME_BYTES = ChunkCipher.MAX_CHUNKS_PER_RUN * Frame.SIZE;

    /** Saltunnel's allocator, or Netty's. */
    @Param({"locked", "pooled"})
    String allocator = "locked";

    private final ChunkCipher cipher = ChunkCipher.create();
    private final ByteBuffer key = ByteBuffer.allocateDirect(32);
    private ByteBufAllocator buffers = PooledByteBufAllocator.DEFAULT;
    private long nonce;

    @Setup
    public void choose() {
        ChunkCipher.chooseKernels(System::nanoTime);
        if (allocator.equals("locked")) {
            buffers = LockedBufferAllocator.create();
        }
    }

    @Benchmark
    public byte sealRun() {
        ByteBuf data = buffers.directBuffer(DATA_BYTES, DATA_BYTES);
        ByteBuf frames = buffers.directBuffer(FRAME_BYTES, FRAME_BYTES);
        try {
            ByteBuffer source = data.internalNioBuffer(0, DATA_BYTES);
            ByteBuffer target = frames.internalNioBuffer(0, FRAME_BYTES);
            cipher.seal(key, 0, nonce, source, source.position(), DATA_BYTES, target, target.position());
            nonce += ChunkCipher.MAX_CHUNKS_PER_RUN;
            return frames.getByte(0);
        } finally {
            data.release();
            frames.release();
        }
    }
}
