package io.saltunnel.it.soak;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.CRC32C;

/** A stream of bytes that both ends can compute: random, and different for each number. */
final class Content {
    /** A prime, so that pieces that frames or buffers could mix up are never equal. */
    private static final int PERIOD = 1_048_573;

    /** Not tracked by leak detection, and sent without a copy. */
    private static final ByteBuf TWO_PERIODS = twoPeriods();

    private final int start;

    Content(long number) {
        this.start = (int) Long.remainderUnsigned(number * 0x9E3779B97F4A7C15L, PERIOD);
    }

    private static ByteBuf twoPeriods() {
        byte[] bytes = new byte[PERIOD];
        new Random(PERIOD).nextBytes(bytes);
        ByteBuffer twice = ByteBuffer.allocateDirect(2 * PERIOD);
        twice.put(bytes).put(bytes).flip();
        return Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(twice));
    }

    /** A piece of the stream, at most about a mebibyte. */
    ByteBuf piece(long position, int length) {
        return TWO_PERIODS.slice(at(position), length);
    }

    /** The checksum of a piece of the stream. */
    long checksum(long position, int length) {
        return checksum(TWO_PERIODS.slice(at(position), length));
    }

    static long checksum(ByteBuf bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.nioBuffer());
        return crc.getValue();
    }

    private int at(long position) {
        return (int) ((start + position) % PERIOD);
    }
}
