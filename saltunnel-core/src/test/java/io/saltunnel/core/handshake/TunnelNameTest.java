package io.saltunnel.core.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.saltunnel.core.Protocol2Vector;
import java.text.Normalizer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TunnelNameTest {

    static List<Protocol2Vector> vectors() {
        return Protocol2Vector.all();
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void hasTheVectorsTag(Protocol2Vector vector) {
        TunnelName name = TunnelName.of(vector.name());
        assertThat(HexFormat.of().formatHex(name.tag())).isEqualTo(vector.nameTag());
        assertThat(name.isNone()).isEqualTo(vector.name().isEmpty());
        assertThat(name.text()).isEqualTo(vector.name());
    }

    @Test
    void theEmptyNameIsNone() {
        assertThat(TunnelName.of("")).isSameAs(TunnelName.NONE).hasToString("no name");
        assertThat(TunnelName.NONE.tag()).containsOnly(0);
    }

    @Test
    void aNameMayHaveAnyLength() {
        assertThat(TunnelName.of("a".repeat(100_000)).tag())
                .isNotEqualTo(TunnelName.of("a".repeat(99_999)).tag());
    }

    @Test
    void twoSpellingsAreTwoNames() {
        TunnelName composed = TunnelName.of(Normalizer.normalize("Ü", Normalizer.Form.NFC));
        TunnelName decomposed = TunnelName.of(Normalizer.normalize("Ü", Normalizer.Form.NFD));
        assertThat(composed).isNotEqualTo(decomposed);
        assertThat(composed.tag()).isNotEqualTo(decomposed.tag());
        assertThat(composed.hasTag(decomposed.tag())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud800", "web\udc00", "\ud83dweb", "\udc00\ud800"})
    void halfASurrogatePairIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TunnelName.of(text))
                .withMessage("the tunnel's name isn't well-formed Unicode");
    }

    @Test
    void sharesNothingWithItsCallers() {
        TunnelName name = TunnelName.of("😀");
        byte[] tag = name.tag();
        assertThat(name.hasTag(tag)).isTrue();
        tag[31] ^= 1;
        assertThat(name.hasTag(tag)).isFalse();
        assertThat(name.hasTag(name.tag())).isTrue();
    }

    @Test
    void equalsByItsText() {
        assertThat(TunnelName.of("web"))
                .isEqualTo(TunnelName.of("web"))
                .hasSameHashCodeAs(TunnelName.of("web"))
                .isNotEqualTo(TunnelName.of("Web"))
                .isNotEqualTo("web")
                .hasToString("web");
    }
}
