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
 * A key as text that people can read and type: 64 hexadecimal characters, or {@linkplain #writeWords words}. It is read
 * and written by channels, because a stream or a {@code String} would leave copies on the heap. In place of a text, a
 * channel may also have the bytes of a key file.
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
     * either case. If the text ends at the channel's end, the channel may have the {@value LongTermKey#BYTES} bytes of
     * the key itself instead, unless all of them are printable characters. Each read takes up to {@value #READ_BYTES}
     * bytes from the channel, so some bytes after the line may be lost.
     *
     * @param text the channel to read from; one that reads straight into direct buffers leaves no copy
     * @param end where the text ends
     * @param memory where the key will live; must outlive it
     * @return a key that the caller owns and closes
     * @throws KeyTextException if there are more or fewer than 64 hexadecimal characters, or other characters, and this
     *     is no key in another form either; or if the key is {@value LongTermKey#BYTES} times the same byte
     * @throws IOException if reading fails
     * @throws IllegalStateException if the memory is closed
     * @throws io.saltunnel.core.secret.MemoryLockException if the memory must be locked and can't be
     */
    public static LongTermKey read(ReadableByteChannel text, End end, SecretMemory memory) throws IOException {
        return read(text, end, missing -> {}, memory);
    }

    /**
     * Reads a key's text like the other method, and tells at the end of each line what is missing.
     *
     * @param text the channel to read from; one that reads straight into direct buffers leaves no copy
     * @param end where the text ends
     * @param missing is told, on this thread, how much of the key is missing, at the end of each line before the key is
     *     complete. It gets a few words that hold nothing of the key. Unused with {@link End#STREAM}
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
                SecretBytes state = memory.allocate(KeyWords.Decoder.STATE_BYTES);
                SecretBytes raw = memory.allocate(LongTermKey.BYTES)) {
            return LongTermKey.<IOException>create(memory, key -> {
                Forms forms = new Forms(
                        new KeyHex.Decoder(key),
                        new KeyWords.Decoder(state.buffer()),
                        new KeyRaw.Decoder(raw.buffer()),
                        end);
                decode(text, forms, missing, block.buffer());
                forms.finish(key);
            });
        }
    }

    /**
     * Writes a key as four lines of five words, which are easy to read out. {@link #read} takes both forms, and notices
     * a misheard word.
     *
     * @param key the key, which the caller still owns
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

    /** The forms that a key may have, each with its decoder, which has seen all bytes so far. */
    private record Forms(KeyHex.Decoder hex, KeyWords.Decoder words, KeyRaw.Decoder raw, End end) {

        /** Whether the end of a line here is the end of the key. */
        boolean endWithLine() {
            return end == End.LINE && (hex.isComplete() || words.isComplete());
        }

        void take(byte octet, long position) throws KeyTextException {
            raw.take(octet);
            if (!isSeparator(octet)) {
                hex.take(octet, position);
                words.take(octet, position);
            }
            if (!hex.fault().isEmpty() && !words.fault().isEmpty() && !mayBeRaw()) {
                throw new KeyTextException(likely().fault());
            }
        }

        private boolean mayBeRaw() {
            return end == End.STREAM && raw.isPossible();
        }

        /** The form that the text seems to have. */
        KeyTextDecoder likely() {
            return !hex.fault().isEmpty() && words.hasWord() ? words : hex;
        }

        /** Puts the key in its place. Call this after the last byte. */
        void finish(ByteBuffer key) throws KeyTextException {
            if (words.isComplete()) {
                key.put(0, words.key(), 0, LongTermKey.BYTES);
            } else if (end == End.STREAM && raw.isComplete()) {
                key.put(0, raw.key(), 0, LongTermKey.BYTES);
            } else if (!hex.isComplete()) {
                KeyTextDecoder likely = likely();
                throw new KeyTextException(likely.fault().isEmpty() ? likely.tooShort() : likely.fault());
            }
            if (KeyBytes.areConstant(key)) {
                throw new KeyTextException("this is the same byte " + LongTermKey.BYTES
                        + " times, which is no key; one is made by: saltunnel key generate");
            }
        }
    }

    private static void decode(ReadableByteChannel text, Forms forms, Consumer<String> missing, ByteBuffer block)
            throws IOException {
        long position = 0;
        ByteBuffer unread = block.duplicate();
        while (text.read(unread.clear()) >= 0) {
            for (int i = 0; i < unread.position(); i++) {
                byte octet = block.get(i);
                if (forms.end == End.LINE && octet == '\n') {
                    if (forms.endWithLine()) {
                        return;
                    }
                    missing.accept(forms.likely().missing());
                }
                forms.take(octet, ++position);
            }
            Wiping.wipe(block, 0, unread.position());
        }
    }

    private static boolean isSeparator(int character) {
        return character == '-' || character == ' ' || character == '\t' || character == '\r' || character == '\n';
    }
}
