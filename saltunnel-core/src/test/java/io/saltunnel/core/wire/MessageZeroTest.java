package io.saltunnel.core.wire;

import static io.saltunnel.core.Vectors.hex;
import static io.saltunnel.core.wire.ClientHiTest.dirty;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class MessageZeroTest {

    @Test
    void isAllZeros() {
        ByteBuffer buffer = dirty(Frame.MESSAGE0_PLAINTEXT + 2, false);
        assertThat(MessageZero.isValid(buffer, 1)).isFalse();
        MessageZero.encode(buffer, 1);
        assertThat(hex(buffer)).isEqualTo("ff" + "00".repeat(496) + "ff");
        assertThat(MessageZero.isValid(buffer, 1)).isTrue();
    }

    @Test
    void everyByteCounts() {
        ByteBuffer buffer = ByteBuffer.allocate(Frame.MESSAGE0_PLAINTEXT);
        for (int i = 0; i < Frame.MESSAGE0_PLAINTEXT; i++) {
            buffer.put(i, (byte) 0x80);
            assertThat(MessageZero.isValid(buffer, 0)).isFalse();
            buffer.put(i, (byte) 0);
        }
    }

    @Test
    void itsNonceIsAllZeros() {
        assertThat(hex(MessageZero.nonce())).isEqualTo("00".repeat(24));
        assertThat(MessageZero.nonce().isReadOnly()).isTrue();
    }

    @Test
    void allFramesAreOfOneSize() {
        assertThat(Frame.NONCE24 + Frame.TAG + Frame.HELLO_PLAINTEXT).isEqualTo(512);
        assertThat(Frame.TAG + Frame.MESSAGE0_PLAINTEXT).isEqualTo(512);
        assertThat(Frame.TAG + Frame.CHUNK_PLAINTEXT).isEqualTo(512);
        assertThat(Frame.MAX_DATA).isEqualTo(494);
    }
}
