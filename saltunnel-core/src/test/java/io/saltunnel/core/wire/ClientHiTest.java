package io.saltunnel.core.wire;

import static io.saltunnel.core.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.saltunnel.core.wire.MalformedHelloException.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientHiTest {

    private static final String LAYOUT = "060528849a6108c7" // version
            + "11".repeat(32) // ephemeral public key
            + "0102030405060708" // time, big-endian
            + "22".repeat(16) // machine id
            + "1817161514131211" // counter, little-endian
            + "00".repeat(400);

    private final byte[] publicKey = filled(32, 0x11);
    private final byte[] machineId = filled(16, 0x22);
    private final ClientHi hi = hi(publicKey, 0x0102_0304_0506_0708L, machineId, 0x1112_1314_1516_1718L);

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isLaidOutAsTheTableSays(boolean bigEndian) throws Exception {
        ByteBuffer buffer = dirty(Frame.HELLO_PLAINTEXT + 3, bigEndian);
        hi.encode(buffer, 2);
        assertThat(hex(buffer)).isEqualTo("ffff" + LAYOUT + "ff");
        assertThat(buffer.position()).isZero();
        assertThat(ClientHi.decode(buffer, 2)).isEqualTo(hi);
    }

    @Test
    void everyByteOfTheVersionCounts() {
        for (int i = 0; i < 8; i++) {
            assertRefused(i, Reason.WRONG_VERSION);
        }
    }

    @Test
    void everyByteOfThePaddingCounts() {
        for (int i = 72; i < 472; i++) {
            assertRefused(i, Reason.NONZERO_PADDING);
        }
    }

    @Test
    void theVersionIsLookedAtBeforeThePadding() {
        ByteBuffer buffer = encoded();
        buffer.put(0, (byte) 0).put(471, (byte) 1);
        assertThatExceptionOfType(MalformedHelloException.class)
                .isThrownBy(() -> ClientHi.decode(buffer, 0))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.WRONG_VERSION))
                .satisfies(e -> assertThat(e.getStackTrace()).isEmpty());
    }

    @Test
    void copiesItsArraysInAndOut() {
        publicKey[0] = 0;
        machineId[0] = 0;
        hi.ephemeralPublicKey()[1] = 0;
        hi.machineId()[1] = 0;
        assertThat(hi.ephemeralPublicKey()).isEqualTo(filled(32, 0x11));
        assertThat(hi.machineId()).isEqualTo(filled(16, 0x22));
    }

    @Test
    void comparesEveryField() {
        byte[] otherKey = filled(32, 0x12);
        byte[] otherId = filled(16, 0x23);
        assertThat(hi)
                .isEqualTo(hi(publicKey, hi.timeSeconds(), machineId, hi.machineCounter()))
                .hasSameHashCodeAs(hi(publicKey, hi.timeSeconds(), machineId, hi.machineCounter()))
                .isNotEqualTo(hi(otherKey, hi.timeSeconds(), machineId, hi.machineCounter()))
                .isNotEqualTo(hi(publicKey, 0, machineId, hi.machineCounter()))
                .isNotEqualTo(hi(publicKey, hi.timeSeconds(), otherId, hi.machineCounter()))
                .isNotEqualTo(hi(publicKey, hi.timeSeconds(), machineId, 0))
                .isNotEqualTo("hi");
        assertThat(hi.hashCode()).isNotEqualTo(hi(otherKey, 0, machineId, 0).hashCode());
    }

    @Test
    void refusesArraysOfAnotherLength() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> hi(new byte[31], 0, machineId, 0))
                .withMessage("ephemeral public key has 31 bytes, not 32");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> hi(publicKey, 0, new byte[17], 0))
                .withMessage("machine id has 17 bytes, not 16");
    }

    @Test
    void refusesToLeaveTheBuffer() {
        ByteBuffer small = ByteBuffer.allocate(Frame.HELLO_PLAINTEXT);
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> hi.encode(small, 1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> ClientHi.decode(small, 1));
        assertThat(hex(small)).isEqualTo("00".repeat(472));
    }

    @Test
    void printsWhatALogNeeds() {
        assertThat(hi(publicKey, -1, machineId, -2))
                .hasToString("ClientHi[version 1, time 18446744073709551615 s, machine " + "22".repeat(16)
                        + ", counter 18446744073709551614]");
    }

    private static ClientHi hi(byte[] publicKey, long timeSeconds, byte[] machineId, long machineCounter) {
        return new ClientHi(
                ProtocolVersion.V1,
                publicKey,
                timeSeconds,
                machineId,
                machineCounter,
                new byte[ClientHi.NAME_TAG_SIZE]);
    }

    private void assertRefused(int flipped, Reason reason) {
        ByteBuffer buffer = encoded();
        buffer.put(flipped, (byte) (buffer.get(flipped) ^ 0x80));
        assertThatExceptionOfType(MalformedHelloException.class)
                .isThrownBy(() -> ClientHi.decode(buffer, 0))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private ByteBuffer encoded() {
        ByteBuffer buffer = dirty(Frame.HELLO_PLAINTEXT, false);
        hi.encode(buffer, 0);
        return buffer;
    }

    static ByteBuffer dirty(int size, boolean bigEndian) {
        return ByteBuffer.wrap(filled(size, 0xff)).order(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    }

    static byte[] filled(int size, int value) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
