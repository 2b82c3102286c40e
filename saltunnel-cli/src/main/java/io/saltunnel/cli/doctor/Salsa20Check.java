package io.saltunnel.cli.doctor;

import io.saltunnel.core.crypto.SecretBox;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * Compares the keystream and the box with published vectors, because Tink has no Salsa20. The first vector is from the
 * eSTREAM project's verified test vectors (256 bits, set 1, vector 0), the second from D. J. Bernstein's "Cryptography
 * in NaCl".
 */
final class Salsa20Check {

    private static final String ESTREAM_KEY = "80" + "00".repeat(31);
    private static final String ESTREAM_BLOCK_0 = "e3be8fdd8beca2e3ea8ef9475b29a6e7003951e1097a5c38d23b7a5fad9f6844"
            + "b22c97559e2723c7cbbd3fe4fc8d9a0744652a83e72a9c461876af4d7ef1a117";

    private static final String NACL_KEY = "1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389";
    private static final String NACL_NONCE = "69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37";
    private static final String NACL_MESSAGE = "be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffc"
            + "e5ecbaaf33bd751a1ac728d45e6c61296cdc3c01233561f41db66cce314adb31"
            + "0e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde"
            + "048977eb48f59ffd4924ca1c60902e52f0a089bc76897040e082f93776384864"
            + "5e0705";
    private static final String NACL_BOX = "f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce"
            + "48332ea7164d96a4476fb8c531a1186ac0dfc17c98dce87b4da7f011ec48c972"
            + "71d2c20f9b928fe2270d6fb863d51738b48eeee314a7cc8ab932164548e526ae"
            + "90224368517acfeabd6bb3732bc0e9da99832b61ca01b6de56244a9e88d5f9b3"
            + "7973f622a43d14a6599b1f654cb45a74e355a5";

    private final Keystream keystream;

    /** {@link io.saltunnel.core.crypto.Salsa20#keystream}. */
    interface Keystream {
        void write(ByteBuffer key, int keyAt, long nonce, long firstBlock, ByteBuffer output, int at, int length);
    }

    Salsa20Check(Keystream keystream) {
        this.keystream = keystream;
    }

    Finding look() {
        ByteBuffer block = ByteBuffer.allocateDirect(64);
        keystream.write(direct(ESTREAM_KEY), 0, 0, 0, block, 0, 64);
        if (!block.equals(direct(ESTREAM_BLOCK_0))) {
            return Finding.wrong("the keystream differs from the published vector");
        }
        int length = NACL_MESSAGE.length() / 2;
        ByteBuffer box = direct("00".repeat(SecretBox.TAG_SIZE) + NACL_MESSAGE);
        try (SecretBox boxes = new SecretBox()) {
            boxes.seal24(direct(NACL_KEY), 0, direct(NACL_NONCE), 0, box, 0, length);
            if (!box.equals(direct(NACL_BOX))) {
                return Finding.wrong("Salsa20-Poly1305 differs from the published vector");
            }
            if (!boxes.open24(direct(NACL_KEY), 0, direct(NACL_NONCE), 0, box, 0, length)) {
                return Finding.wrong("Salsa20-Poly1305 does not open the published vector");
            }
        }
        return Finding.ok("the keystream, and the box with Poly1305, equal published vectors");
    }

    private static ByteBuffer direct(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        return ByteBuffer.allocateDirect(bytes.length).put(0, bytes);
    }
}
