package io.saltunnel.cli.doctor;

import com.google.crypto.tink.subtle.Random;
import com.google.crypto.tink.subtle.X25519;
import java.nio.ByteBuffer;
import java.security.InvalidKeyException;

/** Public keys and shared secrets of random key pairs, against Tink's. The keys are made for this check only. */
final class X25519Check {

    private static final int PAIRS = 8;
    private static final int SIZE = 32;

    private final PublicKey publicKeys;
    private final SharedSecret sharedSecrets;

    /** {@link io.saltunnel.core.crypto.X25519#publicKey}. */
    interface PublicKey {
        void compute(ByteBuffer secret, int secretOffset, ByteBuffer publicKey, int publicKeyOffset);
    }

    /** {@link io.saltunnel.core.crypto.X25519#sharedSecret}. */
    interface SharedSecret {
        boolean compute(ByteBuffer secret, int secretAt, ByteBuffer peer, int peerAt, ByteBuffer shared, int sharedAt);
    }

    X25519Check(PublicKey publicKeys, SharedSecret sharedSecrets) {
        this.publicKeys = publicKeys;
        this.sharedSecrets = sharedSecrets;
    }

    Finding look() throws InvalidKeyException {
        ByteBuffer ours = ByteBuffer.allocateDirect(SIZE);
        for (int i = 0; i < PAIRS; i++) {
            byte[] one = Random.randBytes(SIZE);
            byte[] other = Random.randBytes(SIZE);
            byte[] publicKey = X25519.publicFromPrivate(other);
            publicKeys.compute(direct(other), 0, ours, 0);
            if (!ours.equals(ByteBuffer.wrap(publicKey))) {
                return Finding.wrong("a public key differs from Tink's");
            }
            boolean usable = sharedSecrets.compute(direct(one), 0, direct(publicKey), 0, ours, 0);
            if (!usable || !ours.equals(ByteBuffer.wrap(X25519.computeSharedSecret(one, publicKey)))) {
                return Finding.wrong("a shared secret differs from Tink's");
            }
        }
        return Finding.ok(PAIRS + " public keys and shared secrets equal Tink's");
    }

    private static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(0, bytes);
    }
}
