package io.saltunnel.core.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.saltunnel.core.wire.ProtocolVersion;
import org.junit.jupiter.api.Test;

class AdmissionTest {

    private final ReplayWindow window = new ReplayWindow(0, 1);
    private final TunnelName web = TunnelName.of("web");

    @Test
    void eachChoiceIncludesItsVersions() {
        assertThat(AcceptedVersions.ANY.include(ProtocolVersion.V1)).isTrue();
        assertThat(AcceptedVersions.ANY.include(ProtocolVersion.V2)).isTrue();
        assertThat(AcceptedVersions.ONLY_V1.include(ProtocolVersion.V1)).isTrue();
        assertThat(AcceptedVersions.ONLY_V1.include(ProtocolVersion.V2)).isFalse();
        assertThat(AcceptedVersions.ONLY_V2.include(ProtocolVersion.V1)).isFalse();
        assertThat(AcceptedVersions.ONLY_V2.include(ProtocolVersion.V2)).isTrue();
    }

    @Test
    void aNameAsksForVersion2UnlessToldOtherwise() {
        assertThat(new Admission(window, TunnelName.NONE).versions()).isEqualTo(AcceptedVersions.ANY);
        assertThat(new Admission(window, web).versions()).isEqualTo(AcceptedVersions.ONLY_V2);
    }

    @Test
    void aNamedServerTakesTheVersionsThatCarryANameUnlessToldOtherwise() {
        for (ProtocolVersion version : ProtocolVersion.values()) {
            assertThat(new Admission(window, web).versions().include(version)).isEqualTo(version.carriesName());
            assertThat(new Admission(window, TunnelName.NONE).versions().include(version))
                    .isTrue();
        }
    }

    @Test
    void aNameThatCanNotBeCheckedIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Admission(window, web, AcceptedVersions.ONLY_V1))
                .withMessage(
                        "version 1 of the protocol carries no name: take version 2 too, or no name instead of web");
        assertThat(new Admission(window, TunnelName.NONE, AcceptedVersions.ONLY_V1).name())
                .isEqualTo(TunnelName.NONE);
    }
}
