package io.saltunnel.benchmarks.crypto;

import com.google.crypto.tink.subtle.X25519;
import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One shared secret, or one public key, in microseconds. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class X25519Benchmark {

    private final byte[] secretBytes = random(1);
    private final byte[] pointBytes = random(2);
    private final byte[] product = new byte[32];
    private final ByteBuffer secret = ByteBuffer.allocateDirect(32).put(0, secretBytes);
    private final ByteBuffer point = ByteBuffer.allocateDirect(32).put(0, pointBytes);
    private final ByteBuffer shared = ByteBuffer.allocateDirect(32);
    private final long secretAt = Sodium.address(secret);
    private final long pointAt = Sodium.address(point);
    private final long sharedAt = Sodium.address(shared);

    @Benchmark
    public boolean saltunnel() {
        return io.saltunnel.core.crypto.X25519.sharedSecret(secret, 0, point, 0, shared, 0);
    }

    @Benchmark
    public void saltunnelPublicKey() {
        io.saltunnel.core.crypto.X25519.publicKey(secret, 0, shared, 0);
    }

    @Benchmark
    public int sodiumPublicKey() {
        return Sodium.crypto_scalarmult_curve25519_base(sharedAt, secretAt);
    }

    @Benchmark
    public int sodium() {
        return Sodium.crypto_scalarmult_curve25519(sharedAt, secretAt, pointAt);
    }

    @Benchmark
    public byte[] tink() throws InvalidKeyException {
        return X25519.computeSharedSecret(secretBytes, pointBytes);
    }

    @Benchmark
    public byte[] bouncyCastle() {
        org.bouncycastle.math.ec.rfc7748.X25519.scalarMult(secretBytes, 0, pointBytes, 0, product, 0);
        return product;
    }

    private static byte[] random(long seed) {
        byte[] bytes = new byte[32];
        new Random(seed).nextBytes(bytes);
        bytes[31] &= 0x7f; // Tink accepts no other point
        return bytes;
    }
}
