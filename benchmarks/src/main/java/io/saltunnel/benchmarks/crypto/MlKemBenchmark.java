package io.saltunnel.benchmarks.crypto;

import io.saltunnel.core.crypto.MlKem768;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.crypto.SecretWithEncapsulation;
import org.bouncycastle.crypto.generators.MLKEMKeyPairGenerator;
import org.bouncycastle.crypto.kems.MLKEMExtractor;
import org.bouncycastle.crypto.kems.MLKEMGenerator;
import org.bouncycastle.crypto.params.MLKEMKeyGenerationParameters;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLKEMPublicKeyParameters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** ML-KEM-768: a key pair, an encapsulation, a decapsulation, in microseconds. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class MlKemBenchmark {

    private final byte[] seedBytes = random(MlKem768.SEED_SIZE);
    private final ByteBuffer seed = direct(MlKem768.SEED_SIZE).put(0, seedBytes);
    private final ByteBuffer message = direct(MlKem768.MESSAGE_SIZE).put(0, random(MlKem768.MESSAGE_SIZE));
    private final ByteBuffer encapsulationKey = direct(MlKem768.ENCAPSULATION_KEY_SIZE);
    private final ByteBuffer decapsulationKey = direct(MlKem768.DECAPSULATION_KEY_SIZE);
    private final ByteBuffer ciphertext = direct(MlKem768.CIPHERTEXT_SIZE);
    private final ByteBuffer shared = direct(MlKem768.SHARED_SECRET_SIZE);

    private final MLKEMPrivateKeyParameters bouncyKey =
            new MLKEMPrivateKeyParameters(MLKEMParameters.ml_kem_768, seedBytes);
    private final MLKEMPublicKeyParameters bouncyPublicKey =
            new MLKEMPublicKeyParameters(MLKEMParameters.ml_kem_768, bouncyKey.getPublicKey());
    private final SecureRandom bouncyRandom = new SecureRandom();
    private final MLKEMKeyPairGenerator bouncyKeys = new MLKEMKeyPairGenerator();
    private final byte[] ciphertextBytes = new byte[MlKem768.CIPHERTEXT_SIZE];

    /** Makes what decapsulation needs. */
    public MlKemBenchmark() {
        bouncyKeys.init(new MLKEMKeyGenerationParameters(bouncyRandom, MLKEMParameters.ml_kem_768));
        MlKem768.keyPair(seed, 0, encapsulationKey, 0, decapsulationKey, 0);
        MlKem768.encapsulate(encapsulationKey, 0, message, 0, ciphertext, 0, shared, 0);
        ciphertext.get(0, ciphertextBytes);
    }

    private static ByteBuffer direct(int size) {
        return ByteBuffer.allocateDirect(size);
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    @Benchmark
    public void saltunnelKeyPair() {
        MlKem768.keyPair(seed, 0, encapsulationKey, 0, decapsulationKey, 0);
    }

    @Benchmark
    public boolean saltunnelEncapsulate() {
        return MlKem768.encapsulate(encapsulationKey, 0, message, 0, ciphertext, 0, shared, 0);
    }

    @Benchmark
    public void saltunnelDecapsulate() {
        MlKem768.decapsulate(decapsulationKey, 0, ciphertext, 0, shared, 0);
    }

    @Benchmark
    public Object bouncyCastleKeyPair() {
        return bouncyKeys.generateKeyPair();
    }

    @Benchmark
    public SecretWithEncapsulation bouncyCastleEncapsulate() {
        return new MLKEMGenerator(bouncyRandom).generateEncapsulated(bouncyPublicKey);
    }

    @Benchmark
    public byte[] bouncyCastleDecapsulate() {
        return new MLKEMExtractor(bouncyKey).extractSecret(ciphertextBytes);
    }

    /** The platform's own, beside which the others run on JDK 17 as well. */
    @State(Scope.Thread)
    public static class Platform {
        private final PlatformKem kem = PlatformKem.create();
    }

    @Benchmark
    public Object platformKeyPair(Platform platform) {
        return platform.kem.keyPair();
    }

    @Benchmark
    public Object platformEncapsulate(Platform platform) throws ReflectiveOperationException {
        return platform.kem.encapsulate();
    }

    @Benchmark
    public Object platformDecapsulate(Platform platform) throws ReflectiveOperationException {
        return platform.kem.decapsulate();
    }
}
