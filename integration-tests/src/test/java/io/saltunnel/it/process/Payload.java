package io.saltunnel.it.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.CRC32C;

/** A large amount of data that is cheap to make and to check: random blocks, each preceded by its number. */
public record Payload(long seed, long length) {

    private static final int BLOCK_BYTES = (1 << 18) - 3;
    private static final int READ_BYTES = 1 << 18;

    /** Writes all of it, and returns its checksum. */
    public Checksum writeTo(OutputStream out) throws IOException {
        byte[] block = new byte[BLOCK_BYTES];
        new Random(seed).nextBytes(block);
        CRC32C crc = new CRC32C();
        for (long sent = 0, number = 0; sent < length; number++) {
            ByteBuffer.wrap(block).putLong(number);
            int count = (int) Math.min(block.length, length - sent);
            crc.update(block, 0, count);
            out.write(block, 0, count);
            sent += count;
        }
        return new Checksum(length, crc.getValue());
    }

    /** Reads until the end of the stream. */
    public static Checksum readFrom(InputStream in) throws IOException {
        byte[] buffer = new byte[READ_BYTES];
        CRC32C crc = new CRC32C();
        long length = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            crc.update(buffer, 0, n);
            length += n;
        }
        return new Checksum(length, crc.getValue());
    }

    /** The result of reading all of it. */
    public Checksum checksum() throws IOException {
        return writeTo(OutputStream.nullOutputStream());
    }

    /** The checksum that is compared instead of the data. */
    public record Checksum(long length, long crc) {}
}
