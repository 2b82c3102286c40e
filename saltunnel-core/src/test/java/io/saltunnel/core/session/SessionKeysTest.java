package io.saltunnel.core.session;

import static io.saltunnel.core.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.saltunnel.core.secret.SecretBytes;
import io.saltunnel.core.secret.SecretMemory;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SessionKeysTest {

    private final SecretMemory memory = SecretMemory.create();

    @AfterEach
    void leavesNoSecret() {
        assertThat(memory.liveSecrets()).isZero();
        memory.close();
    }

    static List<SessionVector> vectors() {
        return SessionVector.all();
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void areTheClientsAndThenTheServers(SessionVector vector) {
        try (SessionKeys keys = vector.keys(memory)) {
            assertThat(hex(keys.bytes(), SessionKeys.CLIENT_KEY, 32)).isEqualTo(vector.clientKey());
            assertThat(hex(keys.bytes(), SessionKeys.SERVER_KEY, 32)).isEqualTo(vector.serverKey());
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void proveThemselvesByTheirEnds(SessionVector vector) {
        byte[] client = HexFormat.of().parseHex(vector.clientKey());
        byte[] server = HexFormat.of().parseHex(vector.serverKey());
        byte[] expected = new byte[16];
        for (int i = 0; i < 16; i++) {
            expected[i] = (byte) (client[i] ^ server[16 + i]);
        }
        try (SessionKeys keys = vector.keys(memory)) {
            assertThat(keys.proof()).isEqualTo(expected);
        }
    }

    @Test
    void areGoneOnceClosed() {
        SessionKeys keys = vectors().get(0).keys(memory);
        keys.close();
        keys.close();
        assertThatIllegalStateException().isThrownBy(keys::bytes);
        assertThatIllegalStateException().isThrownBy(keys::proof);
    }

    @Test
    void leaveNothingBehindWhenTheyCannotBeDerived() {
        SecretBytes shared = memory.allocate(32);
        shared.close();
        assertThatIllegalStateException().isThrownBy(() -> SessionKeys.derive(shared, memory));
    }

    @Test
    void areNotPrinted() {
        try (SessionKeys keys = vectors().get(0).keys(memory)) {
            assertThat(keys).hasToString("SessionKeys[SecretBytes[64 bytes]]");
        }
    }
}
