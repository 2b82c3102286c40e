package io.saltunnel.it.reference;

import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.StreamCipher;
import org.bouncycastle.crypto.engines.Salsa20Engine;
import org.bouncycastle.crypto.engines.XSalsa20Engine;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.bouncycastle.math.ec.rfc7748.X25519;

/** The primitives that the protocol names, on byte arrays. */
final class Box {

    private static final int TAG = 16;

    private Box() {}

    /** The keystream of Salsa20 or, under a nonce of 24 bytes, XSalsa20, XORed with a text. */
    static byte[] salsa20(byte[] key, byte[] nonce, byte[] text) {
        StreamCipher cipher = nonce.length == 24 ? new XSalsa20Engine() : new Salsa20Engine();
        cipher.init(true, new ParametersWithIV(new KeyParameter(key), nonce));
        byte[] out = new byte[text.length];
        cipher.processBytes(text, 0, text.length, out, 0);
        return out;
    }

    /** box8 or box24, depending on the nonce's length: the tag, then the ciphertext. */
    static byte[] seal(byte[] key, byte[] nonce, byte[] message) {
        byte[] padded = new byte[32 + message.length];
        System.arraycopy(message, 0, padded, 32, message.length);
        byte[] stream = salsa20(key, nonce, padded);
        byte[] ciphertext = Arrays.copyOfRange(stream, 32, stream.length);
        return Bytes.join(tag(Arrays.copyOf(stream, 32), ciphertext), ciphertext);
    }

    /** Opens a box of {@link #seal}; empty if the tag differs. */
    static Optional<byte[]> open(byte[] key, byte[] nonce, byte[] box) {
        byte[] ciphertext = Arrays.copyOfRange(box, TAG, box.length);
        byte[] oneTimeKey = salsa20(key, nonce, new byte[32]);
        if (!Arrays.equals(tag(oneTimeKey, ciphertext), Arrays.copyOf(box, TAG))) {
            return Optional.empty();
        }
        byte[] stream = salsa20(key, nonce, Bytes.join(new byte[32], ciphertext));
        return Optional.of(Arrays.copyOfRange(stream, 32, stream.length));
    }

    static byte[] publicKey(byte[] secret) {
        byte[] publicKey = new byte[32];
        X25519.scalarMultBase(secret, 0, publicKey, 0);
        return publicKey;
    }

    /** X25519; empty if the result is all zeros. */
    static Optional<byte[]> sharedSecret(byte[] secret, byte[] peerPublicKey) {
        byte[] shared = new byte[32];
        return X25519.calculateAgreement(secret, 0, peerPublicKey, 0, shared, 0)
                ? Optional.of(shared)
                : Optional.empty();
    }

    private static byte[] tag(byte[] oneTimeKey, byte[] ciphertext) {
        Poly1305 poly1305 = new Poly1305();
        poly1305.init(new KeyParameter(oneTimeKey));
        poly1305.update(ciphertext, 0, ciphertext.length);
        byte[] tag = new byte[TAG];
        poly1305.doFinal(tag, 0);
        return tag;
    }
}
