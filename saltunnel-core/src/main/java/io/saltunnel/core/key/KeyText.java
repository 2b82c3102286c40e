package io.saltunnel.core.key;

import io.saltunnel.core.secret.SecretBytes;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.core.secret.Wiping;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * A key as text for people: 64 hexadecimal characters, or {@linkplain #writeWords words}. Channels read and write it,
 * because a stream or a {@code String} would leave copies on the heap.
 *
 * <p>Any thread, if no other thread uses the channels meanwhile. The channels must be blocking; the caller closes them.
 */
public final class KeyText {

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
     * Reads a key's text, in either form. Hyphens, spaces, tabs and line breaks are ignored anywhere; letters may be of
     * either case. Each read takes up to {@value #READ_BYTES} bytes from the channel, so some bytes after the line may be
     * lost.
     *
     * @param text the channel to read from; one that reads straight into direct buffers leaves no copy
     * @param end where the text ends
     * @param memory where the key will live; must outlive it
     * @return a key that the caller owns and closes
     * @throws KeyTextException if there are more or fewer than 64 hexadecimal characters, or other characters, and the
     *     text isn't that of a key in words either; or if they are {@value LongTermKey#BYTES} times the same byte
     * @throws IOException if reading fails
     * @throws IllegalStateException if the memory is closed
     * @throws io.saltunnel.core.secret.MemoryLockException if the memory must be locked and can't be
     */
    public static LongTermKey read(ReadableByteChannel text, End end, SecretMemory memory) throws IOException {
        return read(text, end, missing -> {}, memory);
    }

    /**
     * The same, and tells what is missing at the end of each line.
     *
     * @param text the channel to read from; one that reads straight into direct buffers leaves no copy
     * @param end where the text ends
     * @param missing is told, on this thread, how far the key has come where a line ends before it is complete, if the
     *     text ends at the end of a line; a few words that hold nothing of the key
     * @param memory where the key will live; must outlive it
     * @return a key that the caller owns and closes
     * @throws KeyTextException as {@link #read(ReadableByteChannel, End, SecretMemory)} does
     * @throws IOException if reading fails
     * @throws IllegalStateException if the memory is closed
     * @throws io.saltunnel.core.secret.MemoryLockException if the memory must be locked and can't be
     */
    public static LongTermKey read(ReadableByteChannel text, End end, Consumer<String> missing, SecretMemory memory)
            throws IOException {
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(end, "end");
        Objects.requireNonNull(missing, "missing");
        Objects.requireNonNull(memory, "memory");
        try (SecretBytes block = memory.allocate(READ_BYTES);
                SecretBytes state = memory.allocate(KeyWords.Decoder.STATE_BYTES)) {
            return LongTermKey.<IOException>create(
                    memory, key -> decodeKey(text, end, missing, block.buffer(), state.buffer(), key));
        }
    }

    /**
     * Writes a key as four lines of five words, which are easy to read out. A word that was misheard is noticed by
     * {@link #read}, which takes both forms.
     *
     * @param key the key; stays the caller's
     * @param text the channel to write to; one that writes straight from direct buffers leaves no copy
     * @throws IOException if writing fails; part of the text may be written then
     * @throws IllegalStateException if the key or its memory is closed; nothing is written then
     * @throws io.saltunnel.core.secret.MemoryLockException if the memory must be locked and can't be
     */
    public static void writeWords(LongTermKey key, WritableByteChannel text) throws IOException {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(text, "text");
        try (SecretBytes encoded = key.memory().allocate(KeyWords.TEXT_BYTES)) {
            KeyWords.encode(key.bytes().buffer(), encoded.buffer());
            key.bytes().checkOpen();
            writeAll(encoded.buffer(), text);
        }
    }

    private static void writeAll(ByteBuffer encoded, WritableByteChannel text) throws IOException {
        ByteBuffer unwritten = encoded.duplicate();
        while (unwritten.hasRemaining()) {
            text.write(unwritten);
        }
    }

    /**
     * Writes a key's hexadecimal text: upper case, in groups of four joined by hyphens, and a line feed.
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
        try (SecretBytes encoded = key.memory().allocate(KeyHex.TEXT_BYTES)) {
            KeyHex.encode(key.bytes().buffer(), encoded.buffer());
            key.bytes().checkOpen();
            writeAll(encoded.buffer(), text);
        }
    }

    private static void decode(
            ReadableByteChannel text,
            End end,
            Consumer<String> missing,
            ByteBuffer block,
            ByteBuffer state,
            ByteBuffer key)
            throws IOException {
        KeyHex.Decoder hex = new KeyHex.Decoder(key);
        KeyWords.Decoder words = new KeyWords.Decoder(state);
        long position = 0;
        ByteBuffer unread = block.duplicate();
        while (text.read(unread.clear()) >= 0) {
            for (int i = 0; i < unread.position(); i++) {
                int character = block.get(i);
                position++;
                if (end == End.LINE && character == '\n') {
                    if (hex.isComplete() || words.isComplete()) {
                        finish(hex, words, key);
                        return;
                    }
                    missing.accept(likely(hex, words).missing());
                }
                if (isSeparator(character)) {
                    continue;
                }
                hex.take(character, position);
                words.take(character, position);
                if (!hex.fault().isEmpty() && !words.fault().isEmpty()) {
                    throw new KeyTextException(likely(hex, words).fault());
                }
            }
            Wiping.wipe(block, 0, unread.position());
        }
        finish(hex, words, key);
    }

    private static void finish(KeyHex.Decoder hex, KeyWords.Decoder words, ByteBuffer key) throws KeyTextException {
        if (words.isComplete()) {
            key.put(0, words.key(), 0, LongTermKey.BYTES);
        } else if (!hex.isComplete()) {
            KeyTextDecoder likely = likely(hex, words);
            throw new KeyTextException(likely.fault().isEmpty() ? likely.tooShort() : likely.fault());
        }
    }

    /** What the text seems to be. */
    private static KeyTextDecoder likely(KeyHex.Decoder hex, KeyWords.Decoder words) {
        return !hex.fault().isEmpty() && words.hasWord() ? words : hex;
    }

    private static void decodeKey(
            ReadableByteChannel text,
            End end,
            Consumer<String> missing,
            ByteBuffer block,
            ByteBuffer state,
            ByteBuffer key)
            throws IOException {
        decode(text, end, missing, block, state, key);
        if (KeyBytes.areConstant(key)) {
            throw new KeyTextException("this is the same byte " + LongTermKey.BYTES
                    + " times, which is no key; one is made by: saltunnel key generate");
        }
    }

    private static boolean isSeparator(int character) {
        return character == '-' || character == ' ' || character == '\t' || character == '\r' || character == '\n';
    }
}
