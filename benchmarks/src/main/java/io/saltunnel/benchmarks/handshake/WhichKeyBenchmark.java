package io.saltunnel.benchmarks.handshake;

import io.saltunnel.core.crypto.SecretBox;
import io.saltunnel.core.handshake.AcceptedVersions;
import io.saltunnel.core.handshake.Admission;
import io.saltunnel.core.handshake.ClientHandshake;
import io.saltunnel.core.handshake.ClientProtocol;
import io.saltunnel.core.handshake.HandshakeContext;
import io.saltunnel.core.handshake.HandshakeException;
import io.saltunnel.core.handshake.ReplayWindow;
import io.saltunnel.core.handshake.ReplayWindows;
import io.saltunnel.core.handshake.ServerHandshake;
import io.saltunnel.core.handshake.TunnelName;
import io.saltunnel.core.key.KeySet;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.key.NamedKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.ProtocolVersion;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
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
 * The time that a server of several keys spends on a recorded hello, in microseconds. {@link #first} and {@link #last}
 * have to be equal, whatever the number of keys; {@link #none} tells what a stranger costs.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class WhichKeyBenchmark {
    /** How many keys the server has. */
    @Param({"1", "2", "4", "16"})
    public int keys = 1;

    private final SecretMemory memory = SecretMemory.create();
    private final RandomSource random = RandomSource.system();
    private final LongTermKey strangersKey = LongTermKey.random(random, memory);
    private final SecretBox box = new SecretBox();
    private final HandshakeContext context = new HandshakeContext(InstantSource.system(), random, box);
    private final List<LongTermKey> all = new ArrayList<>();
    private final ByteBuffer ofFirst = ByteBuffer.allocateDirect(Frame.SIZE);
    private final ByteBuffer ofLast = ByteBuffer.allocateDirect(Frame.SIZE);
    private final ByteBuffer ofStranger = ByteBuffer.allocateDirect(Frame.SIZE);
    private final ByteBuffer frame = ByteBuffer.allocateDirect(Frame.SIZE);
    private KeySet set = KeySet.of(strangersKey);
    private Admission admission = new Admission(
            ReplayWindows.of(new ReplayWindow(Instant.now().getEpochSecond() - 10, 16)),
            TunnelName.NONE,
            AcceptedVersions.ANY);

    /** Makes the keys, and records a hello of the first and of the last one that were admitted. */
    @Setup
    public void record() throws HandshakeException {
        List<NamedKey> named = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            all.add(LongTermKey.random(random, memory));
            named.add(new NamedKey("", all.get(i)));
        }
        set = KeySet.of(named);
        admission = new Admission(
                ReplayWindows.of(set, () -> new ReplayWindow(Instant.now().getEpochSecond() - 10, 16)),
                TunnelName.NONE,
                AcceptedVersions.ANY);
        admit(all.get(0), ofFirst);
        admit(all.get(keys - 1), ofLast);
        start(strangersKey, ofStranger);
    }

    private void start(LongTermKey key, ByteBuffer hello) {
        ClientHandshake.start(new ClientProtocol(ProtocolVersion.V1, TunnelName.NONE), key, context, hello)
                .close();
    }

    private void admit(LongTermKey key, ByteBuffer hello) throws HandshakeException {
        start(key, hello);
        frame.put(0, hello, 0, Frame.SIZE);
        ServerHandshake.accept(set, context, admission).open(frame).close();
    }

    @TearDown
    public void close() {
        box.close();
        all.forEach(LongTermKey::close);
        strangersKey.close();
        memory.close();
    }

    /** The first key fits. */
    @Benchmark
    public boolean first() {
        return refused(ofFirst);
    }

    /** The last key fits. */
    @Benchmark
    public boolean last() {
        return refused(ofLast);
    }

    /** No key fits. */
    @Benchmark
    public boolean none() {
        return refused(ofStranger);
    }

    private boolean refused(ByteBuffer hello) {
        frame.put(0, hello, 0, Frame.SIZE);
        try {
            ServerHandshake.accept(set, context, admission).open(frame).close();
            throw new IllegalStateException("admitted");
        } catch (HandshakeException e) {
            return true;
        }
    }
}
