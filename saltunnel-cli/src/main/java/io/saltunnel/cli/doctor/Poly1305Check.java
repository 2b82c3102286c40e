package io.saltunnel.cli.doctor;

import com.google.crypto.tink.subtle.ChaCha20Poly1305;
import com.google.crypto.tink.subtle.Random;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.ChaCha20ParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Compares tags with Tink's. Tink has Poly1305 only within ChaCha20-Poly1305 (RFC 8439, section 2.8), whose one-time
 * key is the beginning of ChaCha20's block 0. The virtual machine has ChaCha20, so our Poly1305 can compute the same
 * tag.
 */
final class Poly1305Check {

    private static final int NONCE = 12;
    private static final int TAG = 16;

    /** From empty to longer than a frame; multiples of a block and others. */
    private static final int[] LENGTHS = {0, 1, 15, 16, 17, 64, 495, 496, 1000};

    private final Tag tags;

    /** {@link io.saltunnel.core.crypto.Poly1305#tag}. */
    interface Tag {
        void compute(ByteBuffer key, int keyAt, ByteBuffer message, int messageAt, int length, ByteBuffer tag, int at);
    }

    Poly1305Check(Tag tags) {
        this.tags = tags;
    }

    Finding look() throws GeneralSecurityException {
        ByteBuffer ours = ByteBuffer.allocateDirect(TAG);
        for (int length : LENGTHS) {
            byte[] key = Random.randBytes(32);
            byte[] sealed = new ChaCha20Poly1305(key).encrypt(Random.randBytes(length), new byte[0]);
            ByteBuffer message = authenticated(sealed, length);
            tags.compute(oneTimeKey(key, sealed), 0, message, 0, message.limit(), ours, 0);
            if (!ours.equals(ByteBuffer.wrap(sealed, NONCE + length, TAG))) {
                return Finding.wrong("the tag of " + length + " bytes differs from Tink's");
            }
        }
        return Finding.ok(LENGTHS.length + " tags equal Tink's");
    }

    /** The input of the tag: the ciphertext, zeros up to a whole block, and two lengths. */
    private static ByteBuffer authenticated(byte[] sealed, int length) {
        int padded = (length + 15) / 16 * 16;
        return ByteBuffer.allocateDirect(padded + 16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(0, sealed, NONCE, length)
                .putLong(padded + 8, length);
    }

    private static ByteBuffer oneTimeKey(byte[] key, byte[] sealed) throws GeneralSecurityException {
        Cipher chacha = Cipher.getInstance("ChaCha20");
        byte[] nonce = Arrays.copyOf(sealed, NONCE);
        chacha.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "ChaCha20"), new ChaCha20ParameterSpec(nonce, 0));
        return ByteBuffer.allocateDirect(32).put(0, chacha.doFinal(new byte[32]));
    }
}
