package io.saltunnel.netty.internal.stage;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Optional;

/** PROXY protocol headers: any bytes are a header, the beginning of one, or refused, and no buffer is lost. */
class ProxyHeaderReaderFuzzTest {

    /**
     * Reads some bytes in two pieces.
     *
     * @param bytes any; the first one says where they are cut
     */
    @FuzzTest(maxDuration = "")
    void readsOrRefuses(byte[] bytes) {
        int split = bytes.length == 0 ? 0 : Math.min(bytes.length, bytes[0] & 0xff);
        ByteBuf first = piece(bytes, 0, split);
        ByteBuf second = piece(bytes, split, bytes.length - split);
        try (ProxyHeaderReader reader = new ProxyHeaderReader()) {
            Optional<ProxyHeaderReader.Header> header = reader.read(first);
            if (header.isEmpty()) {
                header = reader.read(second);
            }
            header.map(ProxyHeaderReader.Header::rest).ifPresent(ByteBuf::release);
        } catch (ProxyHeaderException e) {
            assertThat(e).hasMessage("no valid PROXY protocol header");
        } finally {
            if (second.refCnt() > 0) {
                second.release();
            }
        }
        assertThat(first.refCnt()).isZero();
        assertThat(second.refCnt()).isZero();
    }

    /** A buffer that counts its references, unlike Netty's empty one. */
    private static ByteBuf piece(byte[] bytes, int from, int length) {
        return Unpooled.buffer(Math.max(1, length)).writeBytes(bytes, from, length);
    }
}
