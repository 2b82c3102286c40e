package io.saltunnel.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.saltunnel.core.key.KeyText;
import io.saltunnel.core.key.KeyTextException;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.secret.SecretMemory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * Keys as people type and paste them, or as the bytes of a key file: they are read as a simple parser of strings reads them, in whatever pieces they
 * arrive.
 */
class KeyTextFuzzTest {
    private static final SecretMemory MEMORY = SecretMemory.create();

    /**
     * Reads a text in pieces.
     *
     * @param choices what ends the text, the size of the pieces, and the text
     */
    @FuzzTest(maxDuration = "")
    void isReadOrRefused(FuzzedDataProvider choices) throws IOException {
        KeyText.End end = choices.pickValue(KeyText.End.values());
        int piece = choices.consumeInt(1, 300);
        byte[] text = choices.consumeRemainingAsBytes();
        Optional<String> expected = plainly(new String(text, StandardCharsets.ISO_8859_1), end);
        try (LongTermKey key = KeyText.read(inPieces(text, piece), end, MEMORY)) {
            ByteArrayOutputStream written = new ByteArrayOutputStream();
            KeyText.write(key, Channels.newChannel(written));
            String hex =
                    written.toString(StandardCharsets.US_ASCII).replace("-", "").strip();
            assertThat(Optional.of(hex)).isEqualTo(expected);
        } catch (KeyTextException e) {
            assertThat(expected).as(e.getMessage()).isEmpty();
        }
        assertThat(MEMORY.liveSecrets()).isZero();
    }

    /** The key's digits in upper case; nothing for what is no key, the same byte 32 times included. */
    private static Optional<String> plainly(String text, KeyText.End end) {
        if (end == KeyText.End.STREAM && text.length() == LongTermKey.BYTES && !text.matches("[ -~\t\r\n]*")) {
            return unlessConstant(HexFormat.of().formatHex(text.getBytes(StandardCharsets.ISO_8859_1)));
        }
        StringBuilder digits = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (end == KeyText.End.LINE && c == '\n' && digits.length() == 2 * LongTermKey.BYTES) {
                break;
            } else if (HexFormat.isHexDigit(c)) {
                digits.append(c);
            } else if ("- \t\r\n".indexOf(c) < 0) {
                return Optional.empty();
            }
        }
        return unlessConstant(digits.toString());
    }

    private static Optional<String> unlessConstant(String digits) {
        String key = digits.toUpperCase(Locale.ROOT);
        boolean constant = key.length() > 1 && key.equals(key.substring(0, 2).repeat(key.length() / 2));
        return key.length() == 2 * LongTermKey.BYTES && !constant ? Optional.of(key) : Optional.empty();
    }

    private static ReadableByteChannel inPieces(byte[] text, int size) {
        ByteArrayInputStream left = new ByteArrayInputStream(text);
        return new ReadableByteChannel() {
            @Override
            public int read(ByteBuffer target) {
                byte[] piece = new byte[Math.min(size, target.remaining())];
                int length = left.read(piece, 0, piece.length);
                if (length > 0) {
                    target.put(piece, 0, length);
                }
                return length;
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        };
    }
}
