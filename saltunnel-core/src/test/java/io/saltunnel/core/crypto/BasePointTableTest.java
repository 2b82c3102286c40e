package io.saltunnel.core.crypto;

import static io.saltunnel.core.Vectors.direct;
import static io.saltunnel.core.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;

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

/** Public keys by the table against RFC 7748's vectors, the ladder, and Tink. */
class BasePointTableTest {

    /** Computed anew for each test, so that the computation is tested too. */
    private final BasePointTable table = BasePointTable.create();

    @ParameterizedTest
    @CsvSource({
        // RFC 7748, section 6.1: Alice and Bob
        "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a,"
                + "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
        "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb,"
                + "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
    })
    void rfc7748(String secret, String publicKey) {
        assertThat(byTable(secret)).isEqualTo(publicKey);
    }

    /**
     * Every digit in every place, carries through all places, the smallest and the largest secret, and bits that
     * clamping changes.
     */
    static Stream<String> awkwardSecrets() {
        List<String> secrets = new ArrayList<>();
        for (int digit = 0; digit < 16; digit++) {
            secrets.add(HexFormat.of().toHexDigits((byte) (digit * 17)).repeat(32));
            for (int place = 0; place < 64; place++) {
                byte[] one = new byte[32];
                one[place / 2] = (byte) (place % 2 == 0 ? digit : digit << 4);
                secrets.add(HexFormat.of().formatHex(one));
                for (int i = 0; i < one.length; i++) {
                    one[i] = (byte) ~one[i];
                }
                secrets.add(HexFormat.of().formatHex(one));
            }
        }
        for (String pair : List.of("78", "87", "79", "97", "f8", "8f", "07", "70", "80", "08")) {
            secrets.add(pair.repeat(32));
        }
        return secrets.stream().distinct();
    }

    @ParameterizedTest
    @MethodSource("awkwardSecrets")
    void agreesWithTheLadderOnAwkwardSecrets(String secret) {
        assertThat(byTable(secret)).isEqualTo(byLadder(secret));
    }

    @Test
    void agreesWithTheLadderAndTinkOnRandomSecrets() throws InvalidKeyException {
        Random random = new Random(9);
        for (int i = 0; i < 1000; i++) {
            byte[] secret = new byte[32];
            random.nextBytes(secret);
            String hex = HexFormat.of().formatHex(secret);
            assertThat(byTable(hex))
                    .isEqualTo(byLadder(hex))
                    .isEqualTo(
                            HexFormat.of().formatHex(com.google.crypto.tink.subtle.X25519.publicFromPrivate(secret)));
        }
    }

    @Test
    void worksAtOffsetsAndLeavesTheSecretAsItWas() {
        String secret = "a5".repeat(32);
        ByteBuffer buffer = direct("00".repeat(3) + secret + "00".repeat(5) + "00".repeat(32) + "00");
        table.multiply(buffer, 3, buffer, 40);
        assertThat(hex(buffer)).isEqualTo("00".repeat(3) + secret + "00".repeat(5) + byLadder(secret) + "00");
    }

    @Test
    void isTheSameForAllOnceItIsWorthItsTime() {
        for (int i = 0; i < BasePointTable.WORTH_ITS_TIME; i++) {
            BasePointTable.ifWorthIt();
        }
        assertThat(BasePointTable.ifWorthIt()).isNotNull().isSameAs(BasePointTable.ifWorthIt());
    }

    private String byTable(String secret) {
        ByteBuffer out = ByteBuffer.allocateDirect(32);
        table.multiply(direct(secret), 0, out, 0);
        return hex(out);
    }

    private static String byLadder(String secret) {
        ByteBuffer out = ByteBuffer.allocateDirect(32);
        MontgomeryLadder.multiplyBase(direct(secret), 0, out, 0);
        return hex(out);
    }
}
