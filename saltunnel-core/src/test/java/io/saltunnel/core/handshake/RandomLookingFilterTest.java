package io.saltunnel.core.handshake;

import static io.saltunnel.core.handshake.RandomLookingFilter.Exemption.MORE_THAN_20_PRINTABLE_IN_A_ROW;
import static io.saltunnel.core.handshake.RandomLookingFilter.Exemption.MORE_THAN_HALF_PRINTABLE;
import static io.saltunnel.core.handshake.RandomLookingFilter.Exemption.SHARE_OF_ONE_BITS;
import static io.saltunnel.core.handshake.RandomLookingFilter.Exemption.SIX_PRINTABLE_AT_THE_START;
import static io.saltunnel.core.handshake.RandomLookingFilter.Exemption.TLS_OR_HTTP;
import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.core.handshake.RandomLookingFilter.Exemption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Goal: the oracle knows each of the five exemptions, with its published bounds. */
class RandomLookingFilterTest {

    /** No exemption covers this: four one bits a byte, and none printable. */
    private static final String DULL = "f0".repeat(100);

    static Stream<Arguments> packets() {
        return Stream.of(
                packet(DULL),
                packet("00".repeat(15) + "f0".repeat(85), SHARE_OF_ONE_BITS), // 3.4 a byte
                packet("00".repeat(14) + "f0".repeat(86)),
                packet("ff".repeat(15) + "f0".repeat(85), SHARE_OF_ONE_BITS), // 4.6 a byte
                packet("ff".repeat(14) + "f0".repeat(86)),
                packet("207e41424344" + DULL, SIX_PRINTABLE_AT_THE_START),
                packet("207e414243" + DULL),
                packet("1f7e41424344" + DULL),
                packet("207e4142437f" + DULL),
                packet("f0" + "55f0".repeat(50) + "55" + "55", MORE_THAN_HALF_PRINTABLE),
                packet("f0" + "55f0".repeat(50) + "55"),
                packet(DULL + "55".repeat(21), MORE_THAN_20_PRINTABLE_IN_A_ROW),
                packet(DULL + "55".repeat(20)),
                packet("160300" + DULL, TLS_OR_HTTP),
                packet("170309" + DULL, TLS_OR_HTTP),
                packet("16030a" + DULL),
                packet("180300" + DULL),
                packet("47455420" + DULL, TLS_OR_HTTP),
                packet("4845414420" + DULL, TLS_OR_HTTP),
                packet("474554f0" + DULL));
    }

    private static Arguments packet(String hex, Exemption... covering) {
        return Arguments.of(HexFormat.of().parseHex(hex), covering);
    }

    @ParameterizedTest
    @MethodSource("packets")
    void eachExemptionCoversWhatItSays(byte[] packet, Exemption[] covering) {
        assertThat(Stream.of(Exemption.values()).filter(exemption -> exemption.covers(packet)))
                .containsExactly(covering);
        assertThat(RandomLookingFilter.passes(packet))
                .isEqualTo(!Arrays.asList(covering).isEmpty());
    }
}
