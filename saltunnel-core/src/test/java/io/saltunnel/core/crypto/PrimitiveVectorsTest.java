package io.saltunnel.core.crypto;

import static io.saltunnel.core.Vectors.direct;
import static io.saltunnel.core.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.core.Vectors;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every vector of {@code primitives.json}, bit for bit. */
class PrimitiveVectorsTest {

    record Salsa20Case(String key, String nonce, String keystream) {}

    record HSalsa20Case(String key, String input, String output) {}

    record Poly1305Case(String key, String message, String tag) {}

    record BoxCase(String key, String nonce, String message, String box) {}

    static List<Salsa20Case> salsa20() {
        return Vectors.list(Vectors.read("primitives.json"), "salsa20", Salsa20Case.class);
    }

    static List<HSalsa20Case> hsalsa20() {
        return Vectors.list(Vectors.read("primitives.json"), "hsalsa20", HSalsa20Case.class);
    }

    static List<Poly1305Case> poly1305() {
        return Vectors.list(Vectors.read("primitives.json"), "poly1305", Poly1305Case.class);
    }

    static List<BoxCase> boxes() {
        return Vectors.list(Vectors.read("primitives.json"), "xsalsa20poly1305", BoxCase.class);
    }

    @ParameterizedTest
    @MethodSource("salsa20")
    void keystream(Salsa20Case vector) {
        ByteBuffer out = ByteBuffer.allocateDirect(vector.keystream.length() / 2);
        long nonce = LittleEndian.getLong(direct(vector.nonce), 0);
        Salsa20.keystream(direct(vector.key), 0, nonce, 0, out, 0, out.limit());
        assertThat(hex(out)).isEqualTo(vector.keystream);
    }

    @ParameterizedTest
    @MethodSource("hsalsa20")
    void derivedKey(HSalsa20Case vector) {
        ByteBuffer out = ByteBuffer.allocateDirect(32);
        Salsa20.hsalsa20(direct(vector.key), 0, direct(vector.input), 0, out, 0);
        assertThat(hex(out)).isEqualTo(vector.output);
    }

    @ParameterizedTest
    @MethodSource("poly1305")
    void tag(Poly1305Case vector) {
        ByteBuffer out = ByteBuffer.allocateDirect(16);
        ByteBuffer message = direct(vector.message);
        Poly1305.tag(direct(vector.key), 0, message, 0, message.limit(), out, 0);
        assertThat(hex(out)).isEqualTo(vector.tag);
    }

    @ParameterizedTest
    @MethodSource("boxes")
    void sealsBox(BoxCase vector) {
        ByteBuffer box = direct("00".repeat(16) + vector.message);
        try (SecretBox cipher = new SecretBox()) {
            cipher.seal24(direct(vector.key), 0, direct(vector.nonce), 0, box, 0, box.limit() - 16);
        }
        assertThat(hex(box)).isEqualTo(vector.box);
    }

    @ParameterizedTest
    @MethodSource("boxes")
    void opensBox(BoxCase vector) {
        ByteBuffer box = direct(vector.box);
        try (SecretBox cipher = new SecretBox()) {
            assertThat(cipher.open24(direct(vector.key), 0, direct(vector.nonce), 0, box, 0, box.limit() - 16))
                    .isTrue();
        }
        assertThat(hex(box, 16, box.limit() - 16)).isEqualTo(vector.message);
    }

    @Test
    void x25519() {
        Vectors.read("primitives.json").getAsJsonArray("x25519").forEach(element -> {
            var vector = element.getAsJsonObject();
            ByteBuffer secret = direct(vector.get("secret").getAsString());
            ByteBuffer out = ByteBuffer.allocateDirect(32);
            X25519.publicKey(secret, 0, out, 0);
            assertThat(hex(out)).isEqualTo(vector.get("public").getAsString());
            assertThat(X25519.sharedSecret(
                            secret, 0, direct(vector.get("peerPublic").getAsString()), 0, out, 0))
                    .isTrue();
            assertThat(hex(out)).isEqualTo(vector.get("shared").getAsString());
        });
    }
}
