package io.saltunnel.core.wire;

import static io.saltunnel.core.Vectors.hex;
import static io.saltunnel.core.wire.ClientHiTest.dirty;
import static io.saltunnel.core.wire.ClientHiTest.filled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.saltunnel.core.wire.MalformedHelloException.Reason;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerHiTest {

    private static final String LAYOUT = "060528849a6108c7" // version
            + "11".repeat(32) // ephemeral public key
            + "22".repeat(16) // proof
            + "00".repeat(416);

    private final byte[] publicKey = filled(32, 0x11);
    private final byte[] proof = filled(16, 0x22);
    private final ServerHi hi = new ServerHi(publicKey, proof);

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isLaidOutAsTheTableSays(boolean bigEndian) throws Exception {
        ByteBuffer buffer = dirty(Frame.HELLO_PLAINTEXT + 3, bigEndian);
        hi.encode(buffer, 2);
        assertThat(hex(buffer)).isEqualTo("ffff" + LAYOUT + "ff");
        assertThat(ServerHi.decode(buffer, 2)).isEqualTo(hi);
    }

    @Test
    void everyByteOfVersionAndPaddingCounts() {
        for (int i = 0; i < 8; i++) {
            assertRefused(i, Reason.WRONG_VERSION);
        }
        for (int i = 56; i < 472; i++) {
            assertRefused(i, Reason.NONZERO_PADDING);
        }
    }

    @Test
    void copiesItsArraysInAndOut() {
        publicKey[0] = 0;
        proof[0] = 0;
        hi.ephemeralPublicKey()[1] = 0;
        hi.proof()[1] = 0;
        assertThat(hi.ephemeralPublicKey()).isEqualTo(filled(32, 0x11));
        assertThat(hi.proof()).isEqualTo(filled(16, 0x22));
    }

    @Test
    void comparesEveryField() {
        assertThat(hi)
                .isEqualTo(new ServerHi(publicKey, proof))
                .hasSameHashCodeAs(new ServerHi(publicKey, proof))
                .isNotEqualTo(new ServerHi(filled(32, 0x12), proof))
                .isNotEqualTo(new ServerHi(publicKey, filled(16, 0x23)))
                .isNotEqualTo("hi");
        assertThat(hi.hashCode()).isNotEqualTo(new ServerHi(filled(32, 0x12), proof).hashCode());
    }

    @Test
    void refusesArraysOfAnotherLength() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ServerHi(new byte[33], proof));
        assertThatIllegalArgumentException().isThrownBy(() -> new ServerHi(publicKey, new byte[15]));
    }

    @Test
    void doesNotPrintItsProof() {
        assertThat(hi).hasToString("ServerHi[]");
    }

    private void assertRefused(int flipped, Reason reason) {
        ByteBuffer buffer = dirty(Frame.HELLO_PLAINTEXT, false);
        hi.encode(buffer, 0);
        buffer.put(flipped, (byte) (buffer.get(flipped) ^ 1));
        assertThatExceptionOfType(MalformedHelloException.class)
                .isThrownBy(() -> ServerHi.decode(buffer, 0))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
