package io.saltunnel.core.key;

import io.saltunnel.core.secret.SecretBytes;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.core.secret.Wiping;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;

/**
 * A key as text for people: 64 hexadecimal characters. Channels read and write it, because a stream or a {@code String}
 * would leave copies on the heap.
 *
 * <p>Any thread, if no other thread uses the channels meanwhile. The channels must be blocking; the caller closes them.
 */
public final class KeyText {

    private static final int DIGITS = 2 * LongTermKey.BYTES;
    private static final int DIGITS_PER_GROUP = 4;
    private static final int TEXT_BYTES = DIGITS + DIGITS / DIGITS_PER_GROUP - 1;
    private static final int READ_BYTES = 256;

    /** Where a key's text ends. */
    public enum End {
        /** At the end of the line that holds its last character, as when a person types it. */
        LINE,
        /** At the channel's end. */
        STREAM
    }

    private KeyText() {}

    /**
     * Reads a key's text. Hyphens, spaces, tabs and line breaks are ignored anywhere; letters may be of either case.
     * Each read takes up to {@value #READ_BYTES} bytes from the channel, so some bytes after the line may be lost.
     *
     * @param text the channel to read from; one that reads straight into direct buffers leaves no copy
     * @param end where the text ends
     * @param memory where the key will live; must outlive it
     * @return a key that the caller owns and closes
     * @throws KeyTextException if there are more or fewer than 64 hexadecimal characters, or other characters; or if
     *     they are {@value LongTermKey#BYTES} times the same byte
     * @throws IOException if reading fails
     * @throws IllegalStateException if the memory is closed
     * @throws io.saltunnel.core.secret.MemoryLockException if the memory must be locked and can't be
     */
    public static LongTermKey read(ReadableByteChannel text, End end, SecretMemory memory) throws IOException {
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(end, "end");
        Objects.requireNonNull(memory, "memory");
        try (SecretBytes block = memory.allocate(READ_BYTES)) {
            return LongTermKey.<IOException>create(memory, key -> decodeKey(text, end, block.buffer(), key));
        }
    }

    /**
     * Writes a key's text: upper case, in groups of four joined by hyphens, and a line feed.
     *
     * @param key the key, which the caller still owns
     * @param text the channel to write to; one that writes straight from direct buffers leaves no copy
     * @throws IOException if writing fails; part of the text may be written then
     * @throws IllegalStateException if the key or its memory is closed; nothing is written then
     * @throws io.saltunnel.core.secret.MemoryLockException if the memory must be locked and can't be
     */
    public static void write(LongTermKey key, WritableByteChannel text) throws IOException {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(text, "text");
        try (SecretBytes encoded = key.memory().allocate(TEXT_BYTES + 1)) {
            ByteBuffer buffer = encoded.buffer();
            int at = 0;
            for (int digit = 0; digit < DIGITS; digit++) {
                if (digit > 0 && digit % DIGITS_PER_GROUP == 0) {
                    buffer.put(at++, (byte) '-');
                }
                int octet = key.bytes().buffer().get(digit / 2);
                buffer.put(at++, encode(digit % 2 == 0 ? octet >>> 4 & 0xf : octet & 0xf));
            }
            key.bytes().checkOpen();
            buffer.put(at, (byte) '\n');
            ByteBuffer unwritten = buffer.duplicate();
            while (unwritten.hasRemaining()) {
                text.write(unwritten);
            }
        }
    }

    private static void decode(ReadableByteChannel text, End end, ByteBuffer block, ByteBuffer key) throws IOException {
        int digits = 0;
        long position = 0;
        ByteBuffer unread = block.duplicate();
        while (text.read(unread.clear()) >= 0) {
            for (int i = 0; i < unread.position(); i++) {
                int character = block.get(i);
                position++;
                if (end == End.LINE && character == '\n' && digits == DIGITS) {
                    return;
                }
                if (isSeparator(character)) {
                    continue;
                }
                int value = decode(character);
                if (value < 0) {
                    throw new KeyTextException("the key has an invalid character at position " + position
                            + ": only hexadecimal digits, hyphens and spaces are allowed");
                }
                if (digits == DIGITS) {
                    throw new KeyTextException("the key is too long: it goes on after " + DIGITS
                            + " hexadecimal digits, at position " + position);
                }
                int at = digits++ / 2;
                key.put(at, (byte) (key.get(at) << 4 | value));
            }
            Wiping.wipe(block, 0, unread.position());
        }
        if (digits < DIGITS) {
            throw new KeyTextException("the key is too short: " + digits + " hexadecimal digits instead of " + DIGITS);
        }
    }

    private static void decodeKey(ReadableByteChannel text, End end, ByteBuffer block, ByteBuffer key)
            throws IOException {
        decode(text, end, block, key);
        if (KeyBytes.areConstant(key)) {
            throw new KeyTextException("this is the same byte " + LongTermKey.BYTES
                    + " times, which is no key; one is made by: saltunnel key generate");
        }
    }

    private static boolean isSeparator(int character) {
        return character == '-' || character == ' ' || character == '\t' || character == '\r' || character == '\n';
    }

    /**
     * Returns the value of a hexadecimal digit, or -1 for any other character. The value is computed, because a table's
     * cache lines would reveal the digit.
     */
    private static int decode(int character) {
        int lowerCase = character | 0x20;
        if (character >= '0' && character <= '9') {
            return character - '0';
        }
        return lowerCase >= 'a' && lowerCase <= 'f' ? lowerCase - 'a' + 10 : -1;
    }

    private static byte encode(int value) {
        return (byte) (value < 10 ? '0' + value : 'A' + value - 10);
    }
}
