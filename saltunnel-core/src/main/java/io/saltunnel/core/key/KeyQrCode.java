package io.saltunnel.core.key;

import io.saltunnel.core.secret.SecretBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Draws a key as a QR code on a terminal, from which a camera reads its 64 hexadecimal digits. Everything that depends on
 * the key is computed in the key's memory and wiped; a library would leave copies on the heap.
 *
 * <p>Any thread, if no other thread uses the channel meanwhile.
 */
public final class KeyQrCode {

    /** The width of the light margin that the standard demands, in modules. */
    private static final int MARGIN = 4;

    private static final int END = QrModules.SIZE + MARGIN;
    private static final int WIDTH = END + MARGIN;

    /** Black on white, whatever the colours of the terminal are. */
    private static final byte[] LINE_START = utf8("\u001b[30;107m");

    private static final byte[] LINE_END = utf8("\u001b[0m\n");

    private static final int MAX_CHARACTER_BYTES = 3;

    // The three bytes of a character. Only the third one depends on the modules.
    private static final int FIRST_BYTE = 0xe2;
    private static final int SECOND_BYTE = 0x96;
    private static final int THIRD_BYTE = 0x80;
    private static final int LINE_BYTES = LINE_START.length + WIDTH * MAX_CHARACTER_BYTES + LINE_END.length;

    private KeyQrCode() {}

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Draws a key: 19 lines of 37 characters of UTF-8, in black on white.
     *
     * @param key the key, which the caller still owns
     * @param terminal the channel to write to, blocking; one that writes straight from direct buffers leaves no copy. The
     *     caller closes it
     * @throws IOException if writing fails; part of the code may be written then
     * @throws IllegalStateException if the key or its memory is closed
     * @throws io.saltunnel.core.secret.MemoryLockException if the memory must be locked and can't be
     */
    public static void write(LongTermKey key, WritableByteChannel terminal) throws IOException {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(terminal, "terminal");
        try (SecretBytes codewords = key.memory().allocate(QrCodewords.COUNT);
                SecretBytes modules = key.memory().allocate(QrModules.COUNT);
                SecretBytes line = key.memory().allocate(LINE_BYTES)) {
            QrCodewords.encode(key.bytes().buffer(), codewords.buffer());
            key.bytes().checkOpen();
            QrModules.place(codewords.buffer(), modules.buffer());
            for (int row = -MARGIN; row < END; row += 2) {
                ByteBuffer text = line.buffer().duplicate();
                putLine(modules.buffer(), row, text);
                text.flip();
                while (text.hasRemaining()) {
                    terminal.write(text);
                }
            }
        }
    }

    private static void putLine(ByteBuffer modules, int row, ByteBuffer text) {
        text.put(LINE_START);
        for (int column = -MARGIN; column < END; column++) {
            int upper = QrModules.at(modules, row, column);
            int lower = QrModules.at(modules, row + 1, column);
            putCharacter(lower << 1 | upper, text);
        }
        text.put(LINE_END);
    }

    /**
     * Puts a space if no module is dark, U+2580 if the upper one is, U+2584 if the lower one is, and U+2588 if both
     * are, without a branch or a table. Only the number of bytes depends on the key. The terminal sees it anyway,
     * because it draws the key.
     */
    private static void putCharacter(int dark, ByteBuffer text) {
        int any = -dark >> Integer.SIZE - 1;
        int at = text.position();
        text.put(at, (byte) (any & FIRST_BYTE | ~any & ' '));
        text.put(at + 1, (byte) SECOND_BYTE); // overwritten after a space
        text.put(at + 2, (byte) (THIRD_BYTE + 4 * (dark - 1)));
        text.position(at + 1 - 2 * any);
    }
}
