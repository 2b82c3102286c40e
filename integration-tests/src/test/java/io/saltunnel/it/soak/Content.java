package io.saltunnel.it.soak;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32C;

/** A stream of bytes that both ends know: random, and different for each number. */
final class Content {
    /** A prime, so that no two pieces that frames or buffers could mix up are alike. */
    private static final int PERIOD = 1_048_573;

    private static final byte[] TWO_PERIODS = twoPeriods();

    private final int start;

    Content(long number) {
        this.start = (int) Long.remainderUnsigned(number * 0x9E3779B97F4A7C15L, PERIOD);
    }

    private static byte[] twoPeriods() {
        byte[] bytes = new byte[PERIOD];
        new Random(PERIOD).nextBytes(bytes);
        byte[] twice = Arrays.copyOf(bytes, 2 * PERIOD);
        System.arraycopy(bytes, 0, twice, PERIOD, PERIOD);
        return twice;
    }

    /** A piece of it; up to a mebibyte or so. */
    ByteBuf piece(long position, int length) {
        return Unpooled.wrappedBuffer(TWO_PERIODS, at(position), length);
    }

    /** The checksum of a piece. */
    long checksum(long position, int length) {
        CRC32C crc = new CRC32C();
        crc.update(TWO_PERIODS, at(position), length);
        return crc.getValue();
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
