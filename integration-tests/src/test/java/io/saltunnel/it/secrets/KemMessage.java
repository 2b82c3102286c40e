package io.saltunnel.it.secrets;

import io.saltunnel.core.crypto.MlKem768;
import java.util.Arrays;
import org.bouncycastle.crypto.digests.SHA3Digest;
import org.bouncycastle.crypto.digests.SHAKEDigest;

/**
 * Recovers ML-KEM-768's message m from a ciphertext (FIPS 203, algorithm 15); decapsulation doesn't return it. Slow:
 * polynomials are multiplied term by term.
 */
final class KemMessage {

    private static final int N = 256;
    private static final int Q = 3329;
    private static final int K = 3;

    private KemMessage() {}

    /**
     * Decrypts.
     *
     * @param seed d, from which the key pair was made
     * @param ciphertext made for this pair
     */
    static byte[] decrypt(byte[] seed, byte[] ciphertext) {
        byte[] sigma = sigma(seed);
        int[] w = decompress(ciphertext, K * N * 10, 4);
        for (int i = 0; i < K; i++) {
            subtractProduct(w, secret(sigma, i), decompress(ciphertext, i * N * 10, 10));
        }
        byte[] message = new byte[MlKem768.MESSAGE_SIZE];
        for (int i = 0; i < N; i++) {
            int rounded = (2 * w[i] + Q / 2) / Q & 1;
            message[i / 8] |= (byte) (rounded << i % 8);
        }
        return message;
    }

    private static byte[] sigma(byte[] seed) {
        SHA3Digest digest = new SHA3Digest(512);
        digest.update(seed, 0, seed.length);
        digest.update((byte) K);
        byte[] both = new byte[64];
        digest.doFinal(both, 0);
        return Arrays.copyOfRange(both, 32, 64);
    }

    private static int[] secret(byte[] sigma, int number) {
        SHAKEDigest digest = new SHAKEDigest(256);
        digest.update(sigma, 0, sigma.length);
        digest.update((byte) number);
        byte[] random = new byte[N / 2];
        digest.doFinal(random, 0, random.length);
        int[] s = new int[N];
        for (int i = 0; i < N; i++) {
            int four = bits(random, 4 * i, 4);
            s[i] = Integer.bitCount(four & 3) - Integer.bitCount(four >> 2);
        }
        return s;
    }

    private static int[] decompress(byte[] bytes, int fromBit, int size) {
        int[] a = new int[N];
        for (int i = 0; i < N; i++) {
            a[i] = (bits(bytes, fromBit + i * size, size) * Q + (1 << size - 1)) >> size;
        }
        return a;
    }

    /** In the ring, where X to the 256th is -1. */
    private static void subtractProduct(int[] from, int[] s, int[] u) {
        for (int i = 0; i < N; i++) {
            for (int j = 0; j < N; j++) {
                int place = (i + j) % N;
                int term = i + j < N ? s[i] * u[j] : -s[i] * u[j];
                from[place] = Math.floorMod(from[place] - term, Q);
            }
        }
    }

    private static int bits(byte[] bytes, int from, int count) {
        int value = 0;
        for (int i = 0; i < count; i++) {
            value |= (bytes[(from + i) / 8] >> (from + i) % 8 & 1) << i;
        }
        return value;
    }
}
