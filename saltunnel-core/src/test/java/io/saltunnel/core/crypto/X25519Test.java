package io.saltunnel.core.crypto;

import static io.saltunnel.core.Vectors.direct;
import static io.saltunnel.core.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** X25519 against RFC 7748's vectors, and against Tink and Bouncy Castle on random and on special points. */
class X25519Test {

    private static final BigInteger P = BigInteger.ONE.shiftLeft(255).subtract(BigInteger.valueOf(19));
    private static final BigInteger BIT_255 = BigInteger.ONE.shiftLeft(255);

    @ParameterizedTest
    @CsvSource({
        // RFC 7748, section 5.2
        "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4,"
                + "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c,"
                + "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
        "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d,"
                + "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493,"
                + "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
        // section 6.1: Bob's secret with the base point and with Alice's public key
        "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb,"
                + "0900000000000000000000000000000000000000000000000000000000000000,"
                + "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
        "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb,"
                + "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a,"
                + "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742",
    })
    void rfc7748(String secret, String point, String product) {
        assertThat(shared(secret, point)).isEqualTo(product);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079",
        "1000, 684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51",
    })
    void rfc7748Iterated(int times, String expected) {
        ByteBuffer k = direct("09" + "00".repeat(31));
        ByteBuffer u = direct("09" + "00".repeat(31));
        ByteBuffer result = ByteBuffer.allocateDirect(32);
        for (int i = 0; i < times; i++) {
            assertThat(X25519.sharedSecret(k, 0, u, 0, result, 0)).isTrue();
            u.put(0, k, 0, 32);
            k.put(0, result, 0, 32);
        }
        assertThat(hex(k)).isEqualTo(expected);
    }

    /** Points of low order in all their 256-bit encodings: the result is zero for every secret. */
    static Stream<String> lowOrderPoints() {
        BigInteger order8 = new BigInteger("00b8495f16056286fdb1329ceb8d09da6ac49ff1fae35616aeb8413b7c7aebe0", 16);
        BigInteger otherOrder8 = new BigInteger("57119fd0dd4e22d8868e1c58c45c44045bef839c55b1d0b1248c50a3bc959c5f", 16);
        List<BigInteger> points = new ArrayList<>();
        for (BigInteger u : List.of(BigInteger.ZERO, BigInteger.ONE, order8, otherOrder8, P.subtract(BigInteger.ONE))) {
            points.add(u);
            points.add(u.add(BIT_255));
            if (u.add(P).compareTo(BIT_255) < 0) {
                points.add(u.add(P));
                points.add(u.add(P).add(BIT_255));
            }
        }
        return points.stream().map(X25519Test::encode);
    }

    @ParameterizedTest
    @MethodSource("lowOrderPoints")
    void refusesPointsOfLowOrder(String point) {
        ByteBuffer secret = direct(random(new Random(7)));
        ByteBuffer out = direct("ff".repeat(32));
        assertThat(X25519.sharedSecret(secret, 0, direct(point), 0, out, 0)).isFalse();
        assertThat(hex(out)).isEqualTo("00".repeat(32));
    }

    /** Small and large values, non-canonical ones, patterns that stress carries, on the curve and on its twist. */
    static Stream<String> awkwardPoints() {
        List<BigInteger> points = new ArrayList<>();
        for (int i = 2; i < 22; i++) {
            points.add(BigInteger.valueOf(i));
            points.add(P.subtract(BigInteger.valueOf(i)));
            if (i < 19) {
                points.add(P.add(BigInteger.valueOf(i)));
            }
        }
        for (int limb = 0; limb < 5; limb++) {
            BigInteger ones =
                    BigInteger.ONE.shiftLeft(51).subtract(BigInteger.ONE).shiftLeft(51 * limb);
            points.add(ones);
            points.add(BIT_255.subtract(BigInteger.ONE).subtract(ones));
            points.add(BigInteger.ONE.shiftLeft(51 * limb + 50));
        }
        for (int word = 0; word < 8; word++) {
            points.add(BigInteger.ONE.shiftLeft(32).subtract(BigInteger.ONE).shiftLeft(32 * word));
            points.add(
                    BigInteger.ONE.shiftLeft(32 * word).subtract(BigInteger.ONE).max(BigInteger.TWO));
        }
        return points.stream().distinct().map(X25519Test::encode);
    }

    @ParameterizedTest
    @MethodSource("awkwardPoints")
    void agreesOnAwkwardPoints(String point) {
        for (String secret : List.of(
                "00".repeat(32),
                "ff".repeat(32),
                "aa".repeat(32),
                HexFormat.of().formatHex(random(new Random(3))))) {
            assertThat(shared(secret, point)).isEqualTo(bouncyCastle(secret, point));
        }
    }

    @Test
    void agreesWithTinkAndBouncyCastleOnRandomInput() throws InvalidKeyException {
        Random random = new Random(25519);
        for (int i = 0; i < 300; i++) {
            byte[] secret = random(random);
            byte[] point = random(random);
            point[31] &= 0x7f; // Tink accepts no other
            String secretHex = HexFormat.of().formatHex(secret);
            String shared = shared(secretHex, HexFormat.of().formatHex(point));
            assertThat(shared)
                    .isEqualTo(HexFormat.of()
                            .formatHex(com.google.crypto.tink.subtle.X25519.computeSharedSecret(secret, point)))
                    .isEqualTo(bouncyCastle(secretHex, HexFormat.of().formatHex(point)));
            ByteBuffer publicKey = ByteBuffer.allocateDirect(32);
            X25519.publicKey(direct(secret), 0, publicKey, 0);
            assertThat(hex(publicKey))
                    .isEqualTo(
                            HexFormat.of().formatHex(com.google.crypto.tink.subtle.X25519.publicFromPrivate(secret)));
        }
    }

    @Test
    void clampsTheSecretAndLeavesItAsItWas() {
        ByteBuffer secret = direct("ff".repeat(32));
        ByteBuffer clamped = direct("f8" + "ff".repeat(30) + "7f");
        ByteBuffer one = ByteBuffer.allocateDirect(32);
        ByteBuffer other = ByteBuffer.allocateDirect(32);
        X25519.publicKey(secret, 0, one, 0);
        X25519.publicKey(clamped, 0, other, 0);
        assertThat(hex(one)).isEqualTo(hex(other));
        assertThat(hex(secret)).isEqualTo("ff".repeat(32));
    }

    @Test
    void worksAtOffsetsAndInPlace() {
        Random random = new Random(4);
        String secret = HexFormat.of().formatHex(random(random));
        String point = HexFormat.of().formatHex(random(random));
        ByteBuffer buffer = direct("00".repeat(3) + secret + "00".repeat(5) + point + "00");
        assertThat(X25519.sharedSecret(buffer, 3, buffer, 40, buffer, 40)).isTrue();
        assertThat(hex(buffer))
                .isEqualTo("00".repeat(3) + secret + "00".repeat(5) + bouncyCastle(secret, point) + "00");
    }

    @Test
    void refusesRangesThatLeaveTheirBuffers() {
        ByteBuffer whole = ByteBuffer.allocateDirect(32);
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> X25519.publicKey(whole, 1, whole, 0));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> X25519.sharedSecret(whole, 0, whole, 0, whole, -1));
    }

    private static String shared(String secret, String point) {
        ByteBuffer out = ByteBuffer.allocateDirect(32);
        X25519.sharedSecret(direct(secret), 0, direct(point), 0, out, 0);
        return hex(out);
    }

    private static String bouncyCastle(String secret, String point) {
        byte[] out = new byte[32];
        org.bouncycastle.math.ec.rfc7748.X25519.scalarMult(
                HexFormat.of().parseHex(secret), 0, HexFormat.of().parseHex(point), 0, out, 0);
        return HexFormat.of().formatHex(out);
    }

    private static String encode(BigInteger u) {
        StringBuilder hex = new StringBuilder();
        for (int i = 0; i < 32; i++) {
            hex.append(HexFormat.of().toHexDigits(u.shiftRight(8 * i).byteValue()));
        }
        return hex.toString();
    }

    private static byte[] random(Random random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return bytes;
    }
}
