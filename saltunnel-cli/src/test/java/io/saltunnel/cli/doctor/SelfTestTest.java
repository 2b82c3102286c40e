package io.saltunnel.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.core.crypto.ChunkCipher;
import io.saltunnel.core.crypto.Poly1305;
import io.saltunnel.core.crypto.Salsa20;
import io.saltunnel.core.crypto.X25519;
import io.saltunnel.core.random.RandomSource;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is right passes every check, and each check finds what is wrong with its own subject. */
class SelfTestTest {

    @Test
    void passesHere() {
        assertThat(SelfTest.firstFailure()).isEmpty();
        assertThat(SelfTest.checks())
                .extracting(Check::name)
                .containsExactly("X25519", "Poly1305", "Salsa20", "chunk ciphers", "randomness");
    }

    @Test
    void namesEachKernelThatRunsHere() {
        List<ChunkCipher> ciphers = ChunkCipher.createEach();
        String found = ChunkCipherCheck.ofAllKernels().text();
        for (ChunkCipher cipher : ciphers) {
            assertThat(found).contains(cipher.kernelName());
            cipher.close();
        }
    }

    @Test
    void findsAWrongPublicKey() throws GeneralSecurityException {
        X25519Check check = new X25519Check(
                (secret, secretAt, publicKey, at) -> {
                    X25519.publicKey(secret, secretAt, publicKey, at);
                    flip(publicKey, at + 31);
                },
                X25519::sharedSecret);
        assertFailed(check.look(), "a public key differs from Tink's");
    }

    @Test
    void findsAWrongSharedSecret() throws GeneralSecurityException {
        X25519Check check = new X25519Check(X25519::publicKey, (secret, secretAt, peer, peerAt, shared, at) -> {
            boolean usable = X25519.sharedSecret(secret, secretAt, peer, peerAt, shared, at);
            flip(shared, at);
            return usable;
        });
        assertFailed(check.look(), "a shared secret differs from Tink's");
    }

    /** A fault in the last block alone: one of 4 bytes is wrong where a message has 496 or more. */
    @Test
    void findsAWrongTag() throws GeneralSecurityException {
        Poly1305Check check = new Poly1305Check((key, keyAt, message, messageAt, length, tag, at) -> {
            Poly1305.tag(key, keyAt, message, messageAt, length, tag, at);
            if (length > 496) {
                flip(tag, at + 15);
            }
        });
        assertFailed(check.look(), "the tag of 495 bytes differs from Tink's");
    }

    @Test
    void findsAWrongKeystream() {
        Salsa20Check check = new Salsa20Check((key, keyAt, nonce, firstBlock, output, at, length) -> {
            Salsa20.keystream(key, keyAt, nonce, firstBlock, output, at, length);
            flip(output, at + length - 1);
        });
        assertFailed(check.look(), "the keystream differs");
    }

    static Stream<RandomSource> brokenSources() {
        return Stream.of(
                target -> fill(target, new byte[] {0}), // nothing but zeros
                target -> fill(target, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}), // a counter
                target -> fill(target, seeded()), // the same each time
                target -> { // five of eight bits are ones
                    byte[] bytes = new byte[1 << 16];
                    Random random = new Random();
                    for (int i = 0; i < bytes.length; i++) {
                        bytes[i] = (byte) (random.nextInt(256) | (1 << random.nextInt(8)) | (1 << random.nextInt(8)));
                    }
                    fill(target, bytes);
                });
    }

    @ParameterizedTest
    @MethodSource("brokenSources")
    void findsABrokenSourceOfRandomBytes(RandomSource broken) {
        assertFailed(new RandomnessCheck(broken).look(), "random bytes ");
    }

    @Test
    void eachLineOfTheReportHasItsOwnName() {
        assertThat(SelfTest.checks()).extracting(Check::name).doesNotHaveDuplicates();
    }

    @Test
    void countsWhatThrowsAsAFailure() {
        Check check = new Check(
                "it",
                () -> {
                    throw new GeneralSecurityException("no such thing");
                },
                "do that");
        assertThat(check.run().line(check.name()))
                .isEqualTo("FAILED  it: the check could not be made: java.security.GeneralSecurityException:"
                        + " no such thing; do that");
    }

    private static void assertFailed(Finding finding, String text) {
        assertThat(finding.verdict()).isEqualTo(Finding.Verdict.FAILED);
        assertThat(finding.text()).startsWith(text).contains("; do not use this program on this machine");
    }

    private static void flip(ByteBuffer buffer, int at) {
        buffer.put(at, (byte) (buffer.get(at) ^ 1));
    }

    private static byte[] seeded() {
        byte[] bytes = new byte[1 << 16];
        new Random(90).nextBytes(bytes);
        return bytes;
    }

    private static void fill(ByteBuffer target, byte[] pattern) {
        for (int i = target.position(); i < target.limit(); i++) {
            target.put(i, pattern[i % pattern.length]);
        }
    }
}
