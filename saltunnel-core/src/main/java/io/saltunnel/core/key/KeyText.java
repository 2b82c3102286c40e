package io.saltunnel.core.key;

import io.saltunnel.core.secret.SecretBytes;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.core.secret.Wiping;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/**
 * A key as text for people: 64 hexadecimal characters. It is read from and written to channels, since a stream or a
 * {@code String} would leave copies on the heap.
 *
 * <p>Any thread, as long as the channels are used by no other meanwhile; they are to block, and stay the caller's to
 * close.
 */
public final class KeyText {

    private static final int DIGITS = 2 * LongTermKey.BYTES;
    private static final int DIGITS_PER_GROUP = 4;
    private static final int TEXT_BYTES = DIGITS + DIGITS / DIGITS_PER_GROUP - 1;
    private static final int READ_BYTES = 256;

    /** Where a key's text ends. */
    public enum End {
        /** With the line in which its last character stands: what a person types. */
        LINE,
        /** With the channel's end. */
        STREAM
    }

    private KeyText() {}

    /**
     * Reads a key's text. Hyphens, spaces, tabs and line breaks may stand anywhere and mean nothing; letters may be of
     * either case. Up to {@value #READ_BYTES} bytes are taken from the channel at a time, so that some of what follows
     * a line may be gone with it.
     *
     * @param text where to read from; a channel that reads straight into direct buffers leaves no copy
     * @param end what ends the text
     * @param memory where the key will live; must outlive it
     * @return a key that the caller owns and closes
     * @throws KeyTextException if there are more or fewer than 64 hexadecimal characters, or any other; or
     *     if they are {@value LongTermKey#BYTES} times the same byte
     * @throws IOException if reading fails
     * @throws IllegalStateException if the memory is closed
     * @throws io.saltunnel.core.secret.MemoryLockException if the memory has to be locked, and can't
     */
    public static LongTermKey read(ReadableByteChannel text, End end, SecretMemory memory) throws IOException {
        try (SecretBytes block = memory.allocate(READ_BYTES)) {
            return LongTermKey.<IOException>create(memory, key -> decodeKey(text, end, block.buffer(), key));
        }
    }

    /**
     * Writes a key's text: upper case, in groups of four joined by hyphens, and a line feed.
     *
     * @param key the key; stays the caller's
     * @param text where to write to; a channel that writes straight from direct buffers leaves no copy
     * @throws IOException if writing fails; part of the text may be written then
     * @throws IllegalStateException if the key or its memory is closed; nothing is written then
     * @throws io.saltunnel.core.secret.MemoryLockException if the memory has to be locked, and can't
     */
    public static void write(LongTermKey key, WritableByteChannel text) throws IOException {
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
        if (LongTermKey.isConstant(key)) {
            throw new KeyTextException("this is the same byte " + LongTermKey.BYTES
                    + " times, which is no key; one is made by: saltunnel key generate");
        }
    }

    private static boolean isSeparator(int character) {
        return character == '-' || character == ' ' || character == '\t' || character == '\r' || character == '\n';
    }

    /**
     * Returns the digit's value, or -1 if it isn't one; computed, for a table's cache lines would tell which digit it
     * was.
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
