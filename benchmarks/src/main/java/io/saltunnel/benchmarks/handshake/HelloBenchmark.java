package io.saltunnel.benchmarks.handshake;

import io.saltunnel.core.crypto.SecretBox;
import io.saltunnel.core.handshake.ClientHandshake;
import io.saltunnel.core.handshake.HandshakeContext;
import io.saltunnel.core.handshake.HandshakeException;
import io.saltunnel.core.handshake.ReplayWindow;
import io.saltunnel.core.handshake.ServerHandshake;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.core.wire.Frame;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The time that a server spends on one clienthi, in microseconds, without the connection that carries it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class HelloBenchmark {
    private final SecretMemory memory = SecretMemory.create();
    private final RandomSource random = RandomSource.system();
    private final LongTermKey key = LongTermKey.random(random, memory);
    private final SecretBox box = new SecretBox();
    private final InstantSource clock = InstantSource.system();
    private final HandshakeContext context = new HandshakeContext(clock, random, box);
    private final ReplayWindow window =
            new ReplayWindow(Instant.now().getEpochSecond() - 10, ReplayWindow.DEFAULT_CAPACITY);
    private final ByteBuffer junk = ByteBuffer.allocateDirect(Frame.SIZE);
    private final ByteBuffer recorded = ByteBuffer.allocateDirect(Frame.SIZE);
    private final ByteBuffer frame = ByteBuffer.allocateDirect(Frame.SIZE);

    public HelloBenchmark() {
        random.fill(junk.duplicate());
        ClientHandshake.start(key, context, recorded).close();
        frame.put(0, recorded, 0, Frame.SIZE);
        try {
            ServerHandshake.accept(key, context, window).receive(frame, frame).close();
        } catch (HandshakeException e) {
            throw new IllegalStateException(e);
        }
    }

    @TearDown
    public void close() {
        box.close();
        key.close();
        memory.close();
    }

    /** Noise, refused because of its tag. */
    @Benchmark
    public boolean junk() {
        frame.put(0, junk, 0, Frame.SIZE);
        return refused();
    }

    /** A recording, opened and found in the window. */
    @Benchmark
    public boolean replayed() {
        frame.put(0, recorded, 0, Frame.SIZE);
        return refused();
    }

    /** The benchmark below without the server's part, to be subtracted. */
    @Benchmark
    public void madeByClient() {
        ClientHandshake.start(key, context, frame).close();
    }

    /** A new clienthi, made by a client, admitted and answered. */
    @Benchmark
    public void madeAndAccepted() throws HandshakeException {
        ClientHandshake.start(key, context, frame).close();
        ServerHandshake.accept(key, context, window).receive(frame, frame).close();
    }

    private boolean refused() {
        try {
            ServerHandshake.accept(key, context, window).receive(frame, frame).close();
            throw new IllegalStateException("admitted");
        } catch (HandshakeException e) {
            return true;
        }
    }
}
