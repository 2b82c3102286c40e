package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.saltunnel.core.handshake.AcceptedVersions;
import io.saltunnel.core.handshake.ClientProtocol;
import io.saltunnel.core.handshake.FirstBytes;
import io.saltunnel.core.handshake.ReplayWindow;
import io.saltunnel.core.handshake.ReplayWindows;
import io.saltunnel.core.handshake.TunnelName;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.netty.handshake.FailurePolicy;
import io.saltunnel.netty.stage.ClosePolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Goal: each change of a setting keeps all others. */
class SaltunnelSettingsTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);
    private static final RandomSource RANDOM = target -> {};

    private static final List<UnaryOperator<SaltunnelSettings>> CHANGES = List.of(
            settings -> settings.withHandshakeTimeout(Duration.ofSeconds(7)),
            settings -> settings.withFailurePolicy(FailurePolicy.CLOSE),
            settings -> settings.withClosePolicy(ClosePolicy.END_OF_STREAM),
            settings -> settings.withName("a name"),
            settings -> settings.withProtocol(ProtocolVersion.V1),
            settings -> settings.withAcceptedVersions(AcceptedVersions.ANY),
            settings -> settings.withFirstBytes(FirstBytes.PRINTABLE),
            settings -> settings.withClock(CLOCK),
            settings -> settings.withRandom(RANDOM));

    @Test
    void eachChangeKeepsTheOthers() {
        List<UnaryOperator<SaltunnelSettings>> order = new ArrayList<>(CHANGES);
        for (int i = 0; i < CHANGES.size(); i++) {
            assertAllAreSet(apply(order));
            Collections.rotate(order, 1);
        }
    }

    @Test
    void aChangeLeavesTheOriginalAsItWas() {
        SaltunnelSettings defaults = SaltunnelSettings.defaults();
        CHANGES.forEach(change -> assertThat(change.apply(defaults)).isNotSameAs(defaults));
        assertThat(defaults.handshakeTimeout()).isEmpty();
        assertThat(defaults.failurePolicy()).isEqualTo(FailurePolicy.SILENT);
        assertThat(defaults.closePolicy()).isEqualTo(ClosePolicy.ABORT);
        assertThat(defaults.clientProtocol()).isEqualTo(new ClientProtocol(ProtocolVersion.V2, TunnelName.NONE));
        assertThat(defaults.hellos(ReplayWindows.of(replays())).admission().versions())
                .isEqualTo(AcceptedVersions.ANY);
        assertThat(defaults.clock()).isNotSameAs(CLOCK);
        assertThat(defaults.random()).isNotSameAs(RANDOM);
    }

    private static SaltunnelSettings apply(List<UnaryOperator<SaltunnelSettings>> changes) {
        SaltunnelSettings settings = SaltunnelSettings.defaults();
        for (UnaryOperator<SaltunnelSettings> change : changes) {
            settings = change.apply(settings);
        }
        return settings;
    }

    private static void assertAllAreSet(SaltunnelSettings settings) {
        assertThat(settings.handshakeTimeout()).contains(Duration.ofSeconds(7));
        assertThat(settings.failurePolicy()).isEqualTo(FailurePolicy.CLOSE);
        assertThat(settings.closePolicy()).isEqualTo(ClosePolicy.END_OF_STREAM);
        assertThat(settings.hellos(ReplayWindows.of(replays())).admission().name())
                .isEqualTo(TunnelName.of("a name"));
        assertThat(settings.hellos(ReplayWindows.of(replays())).admission().versions())
                .isEqualTo(AcceptedVersions.ANY);
        assertThatIllegalArgumentException()
                .as("version 1, which carries no name")
                .isThrownBy(settings::clientProtocol)
                .withMessageContaining("a name");
        assertThat(settings.withName("").clientProtocol())
                .isEqualTo(new ClientProtocol(ProtocolVersion.V1, TunnelName.NONE, FirstBytes.PRINTABLE));
        assertThat(settings.clock()).isSameAs(CLOCK);
        assertThat(settings.random()).isSameAs(RANDOM);
    }

    private static ReplayWindow replays() {
        return ReplayWindow.startingNow(InstantSource.system(), System::nanoTime, 8);
    }
}
