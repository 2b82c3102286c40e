package io.saltunnel.benchmarks.handshake;

import io.saltunnel.core.crypto.SecretBox;
import io.saltunnel.core.handshake.Admission;
import io.saltunnel.core.handshake.ClientHandshake;
import io.saltunnel.core.handshake.ClientProtocol;
import io.saltunnel.core.handshake.HandshakeContext;
import io.saltunnel.core.handshake.HandshakeException;
import io.saltunnel.core.handshake.ReplayWindow;
import io.saltunnel.core.handshake.ServerHandshake;
import io.saltunnel.core.handshake.TunnelName;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.MessageZero2;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.core.wire.ServerHi2;
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
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The time that a server spends on one handshake, in microseconds, without the connection that carries it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class HelloBenchmark {
    /** The version that the client speaks. The server takes both. */
    @Param
    public ProtocolVersion version = ProtocolVersion.V1;

    private final SecretMemory memory = SecretMemory.create();
    private final RandomSource random = RandomSource.system();
    private final LongTermKey key = LongTermKey.random(random, memory);
    private final SecretBox box = new SecretBox();
    private final InstantSource clock = InstantSource.system();
    private final HandshakeContext context = new HandshakeContext(clock, random, box);
    private final Admission admission = new Admission(
            new ReplayWindow(Instant.now().getEpochSecond() - 10, ReplayWindow.DEFAULT_CAPACITY), TunnelName.NONE);
    private final ByteBuffer junk = ByteBuffer.allocateDirect(Frame.SIZE);
    private final ByteBuffer recorded = ByteBuffer.allocateDirect(Frame.SIZE);
    private final ByteBuffer frame = ByteBuffer.allocateDirect(Frame.SIZE);
    private final ByteBuffer serverHi = ByteBuffer.allocateDirect(ServerHi2.SIZE);
    private final ByteBuffer messageZero = ByteBuffer.allocateDirect(MessageZero2.SIZE);

    /** Records a hello that the server has admitted. */
    @Setup
    public void record() throws HandshakeException {
        random.fill(junk.duplicate());
        start(recorded).close();
        frame.put(0, recorded, 0, Frame.SIZE);
        accept(frame).close();
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
        start(frame).close();
    }

    /** A new clienthi, made by a client, admitted and answered. */
    @Benchmark
    public void madeAndAnswered() throws HandshakeException {
        start(frame).close();
        accept(frame).answer(serverHi).close();
    }

    /** Both sides of a handshake. */
    @Benchmark
    public void wholeHandshake() throws HandshakeException {
        ClientHandshake.AwaitingServerHi client = start(frame);
        ServerHandshake.AwaitingMessageZero server = accept(frame).answer(serverHi);
        Session clientSession = client.receive(serverHi, messageZero);
        server.receive(messageZero).close();
        clientSession.close();
    }

    private ClientHandshake.AwaitingServerHi start(ByteBuffer clientHi) {
        return ClientHandshake.start(new ClientProtocol(version, TunnelName.NONE), key, context, clientHi);
    }

    private ServerHandshake.AdmittedHello accept(ByteBuffer clientHi) throws HandshakeException {
        return ServerHandshake.accept(key, context, admission).open(clientHi);
    }

    private boolean refused() {
        try {
            accept(frame).close();
            throw new IllegalStateException("admitted");
        } catch (HandshakeException e) {
            return true;
        }
    }
}
