package io.saltunnel.core.crypto;

import static io.saltunnel.core.Vectors.direct;
import static io.saltunnel.core.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Vectors that others published: NaCl's for secretbox and its parts, RFC 8439's for Poly1305. */
class PublishedVectorsTest {

    // D. J. Bernstein, "Cryptography in NaCl", and NaCl's tests core1, core2 and secretbox.
    private static final String NACL_SHARED = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";
    private static final String NACL_FIRST_KEY = "1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389";
    private static final String NACL_SECOND_KEY = "dc908dda0b9344a953629b733820778880f3ceb421bb61b91cbd4c3e66256ce4";
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

    @Test
    void naclDerivesItsFirstAndSecondKey() {
        ByteBuffer out = ByteBuffer.allocateDirect(32);
        Salsa20.hsalsa20(direct(NACL_SHARED), 0, direct("00".repeat(16)), 0, out, 0);
        assertThat(hex(out)).isEqualTo(NACL_FIRST_KEY);
        Salsa20.hsalsa20(direct(NACL_FIRST_KEY), 0, direct(NACL_NONCE), 0, out, 0);
        assertThat(hex(out)).isEqualTo(NACL_SECOND_KEY);
    }

    @Test
    void naclSealsItsMessage() {
        ByteBuffer box = direct("00".repeat(16) + NACL_MESSAGE);
        try (SecretBox cipher = new SecretBox()) {
            cipher.seal24(direct(NACL_FIRST_KEY), 0, direct(NACL_NONCE), 0, box, 0, NACL_MESSAGE.length() / 2);
        }
        assertThat(hex(box)).isEqualTo(NACL_BOX);
    }

    @Test
    void naclOpensItsBox() {
        ByteBuffer box = direct(NACL_BOX);
        try (SecretBox cipher = new SecretBox()) {
            assertThat(cipher.open24(
                            direct(NACL_FIRST_KEY), 0, direct(NACL_NONCE), 0, box, 0, NACL_MESSAGE.length() / 2))
                    .isTrue();
        }
        assertThat(hex(box, 16, box.limit() - 16)).isEqualTo(NACL_MESSAGE);
    }

    /** RFC 8439, section 2.5.2 and appendix A.3, numbers 5 to 11: the corners of the arithmetic modulo 2^130 - 5. */
    static Stream<Arguments> poly1305() {
        String group =
                HexFormat.of().formatHex("Cryptographic Forum Research Group".getBytes(StandardCharsets.US_ASCII));
        String one = "01" + "00".repeat(31);
        String two = "02" + "00".repeat(31);
        String ff = "ff".repeat(16);
        String four = "0100000000000000" + "0400000000000000" + "00".repeat(16);
        String long11 = "e33594d7505e43b90000000000000000" + "3394d7505e4379cd0100000000000000" + "00".repeat(16);
        return Stream.of(
                Arguments.of(
                        "85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b",
                        group,
                        "a8061dc1305136c6c22b8baf0c0127a9"),
                Arguments.of(two, ff, "03" + "00".repeat(15)),
                Arguments.of("02" + "00".repeat(15) + ff, "02" + "00".repeat(15), "03" + "00".repeat(15)),
                Arguments.of(one, ff + "f0" + "ff".repeat(15) + "11" + "00".repeat(15), "05" + "00".repeat(15)),
                Arguments.of(one, ff + "fb" + "fe".repeat(15) + "01".repeat(16), "00".repeat(16)),
                Arguments.of(two, "fd" + "ff".repeat(15), "fa" + "ff".repeat(15)),
                Arguments.of(four, long11 + "01" + "00".repeat(15), "14000000000000005500000000000000"),
                Arguments.of(four, long11, "13" + "00".repeat(15)));
    }

    @ParameterizedTest
    @MethodSource
    void poly1305(String key, String message, String tag) {
        ByteBuffer out = ByteBuffer.allocateDirect(16);
        Poly1305.tag(direct(key), 0, direct(message), 0, message.length() / 2, out, 0);
        assertThat(hex(out)).isEqualTo(tag);
    }
}
