package io.saltunnel.core.wire;

import static io.saltunnel.core.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.saltunnel.core.wire.MalformedHelloException.Reason;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The layouts of version 2's messages, as their tables say. */
class Layouts2Test {

    private static final String VERSION = "781b43aa8a43beca";

    private final byte[] publicKey = ClientHiTest.filled(32, 0x11);
    private final byte[] machineId = ClientHiTest.filled(16, 0x22);
    private final byte[] nameTag = ClientHiTest.filled(32, 0x33);
    private final ClientHi hi = new ClientHi(
            ProtocolVersion.V2, publicKey, 0x0102_0304_0506_0708L, machineId, 0x1112_1314_1516_1718L, nameTag);

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void clientHiCarriesTheName(boolean bigEndian) throws Exception {
        ByteBuffer buffer = ClientHiTest.dirty(Frame.HELLO_PLAINTEXT + 3, bigEndian);
        hi.encode(buffer, 2);
        assertThat(hex(buffer))
                .isEqualTo("ffff" + VERSION + "11".repeat(32) + "0102030405060708" + "22".repeat(16)
                        + "1817161514131211" + "33".repeat(32) + "00".repeat(368) + "ff");
        assertThat(ClientHi.decode(buffer, 2)).isEqualTo(hi).hasSameHashCodeAs(hi);
        assertThat(hi)
                .hasToString("ClientHi[version 2, time 72623859790382856 s, machine " + "22".repeat(16)
                        + ", counter 1230066625199609624]");
    }

    @Test
    void everyByteOfClientHisVersionAndZerosCounts() {
        for (int i = 0; i < Frame.HELLO_PLAINTEXT; i++) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(Frame.HELLO_PLAINTEXT);
            hi.encode(buffer, 0);
            buffer.put(i, (byte) (buffer.get(i) ^ 0x80));
            if (i >= 8 && i < 104) {
                assertThatCode(() -> ClientHi.decode(buffer, 0)).doesNotThrowAnyException();
            } else {
                Reason expected = i < 8 ? Reason.WRONG_VERSION : Reason.NONZERO_PADDING;
                assertThatExceptionOfType(MalformedHelloException.class)
                        .isThrownBy(() -> ClientHi.decode(buffer, 0))
                        .satisfies(e -> assertThat(e.reason()).isEqualTo(expected));
            }
        }
    }

    @Test
    void clientHisDifferInEachField() {
        for (ClientHi other : List.of(
                new ClientHi(ProtocolVersion.V2, publicKey, 1, machineId, 0x1112_1314_1516_1718L, nameTag),
                new ClientHi(ProtocolVersion.V2, publicKey, 0x0102_0304_0506_0708L, machineId, 2, nameTag),
                new ClientHi(
                        ProtocolVersion.V2,
                        publicKey,
                        0x0102_0304_0506_0708L,
                        machineId,
                        0x1112_1314_1516_1718L,
                        new byte[32]),
                new ClientHi(ProtocolVersion.V1, publicKey, 1, machineId, 2, new byte[32]))) {
            assertThat(other).isNotEqualTo(hi);
        }
        assertThat(new ClientHi(ProtocolVersion.V1, publicKey, 1, machineId, 2, new byte[32]))
                .isNotEqualTo(new ClientHi(ProtocolVersion.V2, publicKey, 1, machineId, 2, new byte[32]));
    }

    @Test
    void aHeadOfVersion1IsALengthAndNothingElse() {
        assertThat(ChunkHead.fault(0, ProtocolVersion.V1)).isEqualTo(ChunkHead.Fault.NONE);
        assertThat(ChunkHead.fault(494, ProtocolVersion.V1)).isEqualTo(ChunkHead.Fault.NONE);
        assertThat(ChunkHead.fault(495, ProtocolVersion.V1)).isEqualTo(ChunkHead.Fault.LENGTH);
        for (int bit = 9; bit < 16; bit++) {
            assertThat(ChunkHead.fault(1 << bit, ProtocolVersion.V1)).isEqualTo(ChunkHead.Fault.LENGTH);
        }
    }

    @Test
    void clientHiSharesNoArray() {
        nameTag[0] = 0;
        assertThat(hi.nameTag()).containsOnly(0x33);
        hi.nameTag()[0] = 0;
        assertThat(hi.nameTag()).containsOnly(0x33);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ClientHi(ProtocolVersion.V2, publicKey, 1, machineId, 2, new byte[31]))
                .withMessage("name tag has 31 bytes, not 32");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ClientHi(ProtocolVersion.V1, publicKey, 1, machineId, 2, hi.nameTag()))
                .withMessage("version 1 carries no name");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void serverHiLeavesRoomForItsKeys(boolean bigEndian) throws Exception {
        ByteBuffer buffer = ClientHiTest.dirty(ServerHi2.PLAINTEXT + 3, bigEndian);
        ServerHi2.encode(buffer, 2);
        assertThat(hex(buffer))
                .isEqualTo("ffff" + VERSION + "ff".repeat(32) + "ff".repeat(1184) + "00".repeat(784) + "ff");
        ServerHi2.check(buffer, 2);
        assertThat(ServerHi2.PLAINTEXT).isEqualTo(2008);
        assertThat(ServerHi2.SIZE).isEqualTo(2048);
        assertThat(ServerHi2.FRAMES).isEqualTo(ProtocolVersion.V2.serverHiFrames());
    }

    @Test
    void everyByteOfServerHisVersionAndZerosCounts() {
        for (int i = 0; i < ServerHi2.PLAINTEXT; i++) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(ServerHi2.PLAINTEXT);
            ServerHi2.encode(buffer, 0);
            buffer.put(i, (byte) (buffer.get(i) ^ 0x80));
            if (i >= 8 && i < 1224) {
                assertThatCode(() -> ServerHi2.check(buffer, 0)).doesNotThrowAnyException();
            } else {
                Reason expected = i < 8 ? Reason.WRONG_VERSION : Reason.NONZERO_PADDING;
                assertThatExceptionOfType(MalformedHelloException.class)
                        .isThrownBy(() -> ServerHi2.check(buffer, 0))
                        .satisfies(e -> assertThat(e.reason()).isEqualTo(expected));
            }
        }
    }

    @Test
    void messageZeroIsACiphertextAndZeros() {
        ByteBuffer buffer = ClientHiTest.dirty(MessageZero2.PLAINTEXT + 3, false);
        MessageZero2.encode(buffer, 2);
        assertThat(hex(buffer)).isEqualTo("ffff" + "ff".repeat(1088) + "00".repeat(432) + "ff");
        assertThat(MessageZero2.isValid(buffer, 2)).isTrue();
        for (int i = 0; i < MessageZero2.PLAINTEXT; i++) {
            byte before = buffer.get(2 + i);
            buffer.put(2 + i, (byte) (before ^ 1));
            assertThat(MessageZero2.isValid(buffer, 2)).isEqualTo(i < 1088);
            buffer.put(2 + i, before);
        }
        assertThat(MessageZero2.PLAINTEXT).isEqualTo(1520);
        assertThat(MessageZero2.SIZE).isEqualTo(1536);
        assertThat(MessageZero2.FRAMES).isEqualTo(ProtocolVersion.V2.messageZeroFrames());
    }

    @Test
    void refusesToLeaveTheBuffer() {
        ByteBuffer small = ByteBuffer.allocate(ServerHi2.PLAINTEXT);
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> ServerHi2.encode(small, 1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> ServerHi2.check(small, 1));
        ByteBuffer smaller = ByteBuffer.allocate(MessageZero2.PLAINTEXT);
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> MessageZero2.encode(smaller, 1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> MessageZero2.isValid(smaller, 1));
        assertThat(hex(small)).isEqualTo("00".repeat(ServerHi2.PLAINTEXT));
        assertThat(hex(smaller)).isEqualTo("00".repeat(MessageZero2.PLAINTEXT));
    }

    @Test
    void versionsSayTheirNumbersAndFrames() {
        assertThat(ProtocolVersion.V1.number()).isEqualTo(1);
        assertThat(ProtocolVersion.V1.serverHiFrames()).isEqualTo(1);
        assertThat(ProtocolVersion.V1.messageZeroFrames()).isEqualTo(1);
        assertThat(ProtocolVersion.V2.number()).isEqualTo(2);
        assertThat(ProtocolVersion.V2).hasToString("version 2");
    }

    @Test
    void aHeadHasALengthAndAMark() {
        for (int head = 0; head <= 0xffff; head++) {
            assertThat(ChunkHead.length(head)).isEqualTo(head % 512);
            ChunkMark mark = head >= 0x8000 ? ChunkMark.END : head >= 0x4000 ? ChunkMark.REKEY : ChunkMark.NONE;
            assertThat(ChunkHead.mark(head)).isEqualTo(mark);
        }
    }
}
