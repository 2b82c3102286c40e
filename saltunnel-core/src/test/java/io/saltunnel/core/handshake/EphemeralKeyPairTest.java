package io.saltunnel.core.handshake;

import static io.saltunnel.core.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.core.session.SessionVector;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EphemeralKeyPairTest {

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
    void twoAgreeOnTheSameKeys(SessionVector vector) {
        try (EphemeralKeyPair client = pair(vector.clientSecret());
                EphemeralKeyPair server = pair(vector.serverSecret())) {
            assertThat(client.publicKey()).isEqualTo(HexFormat.of().parseHex(vector.clientPublic()));
            assertThat(server.publicKey()).isEqualTo(HexFormat.of().parseHex(vector.serverPublic()));
            try (var clients = client.agree(server.publicKey()).orElseThrow();
                    var servers = server.agree(client.publicKey()).orElseThrow()) {
                assertThat(hex(clients.bytes())).isEqualTo(vector.clientKey() + vector.serverKey());
                assertThat(hex(servers.bytes())).isEqualTo(vector.clientKey() + vector.serverKey());
            }
        }
    }

    @Test
    void sharesNothingWithAPointOfLowOrder() {
        try (EphemeralKeyPair pair = EphemeralKeyPair.generate(RandomSource.system(), memory)) {
            assertThat(pair.agree(new byte[32])).isEmpty();
        }
    }

    @Test
    void leavesNothingBehindWithoutRandomBytes() {
        assertThatExceptionOfType(Scene.BrokenRandom.class)
                .isThrownBy(() -> EphemeralKeyPair.generate(
                        target -> {
                            throw new Scene.BrokenRandom();
                        },
                        memory));
    }

    @Test
    void isGoneOnceClosed() {
        EphemeralKeyPair pair = EphemeralKeyPair.generate(RandomSource.system(), memory);
        assertThat(pair).hasToString("EphemeralKeyPair[SecretBytes[96 bytes]]");
        pair.close();
        pair.close();
        assertThatIllegalStateException().isThrownBy(pair::publicKey);
        assertThatIllegalStateException().isThrownBy(() -> pair.agree(new byte[32]));
    }

    private EphemeralKeyPair pair(String secret) {
        return EphemeralKeyPair.generate(new ScriptedRandom(secret), memory);
    }
}
