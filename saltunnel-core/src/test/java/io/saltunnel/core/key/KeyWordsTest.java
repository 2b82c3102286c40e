package io.saltunnel.core.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.saltunnel.core.secret.SecretMemory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeyWordsTest {

    private static final byte[] BYTES =
            HexFormat.of().parseHex("00112233445566778899aabbccddeeff0123456789abcdeffedcba9876543210");

    private final SecretMemory memory = SecretMemory.create();

    @AfterEach
    void nothingIsLeftOpen() {
        assertThat(memory.liveSecrets()).isZero();
        memory.close();
    }

    private String words(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (LongTermKey key = LongTermKey.of(ByteBuffer.wrap(bytes), memory)) {
            KeyText.writeWords(key, Channels.newChannel(out));
        }
        return out.toString(StandardCharsets.US_ASCII);
    }

    private byte[] read(String text, KeyText.End end, List<String> missing) throws IOException {
        byte[] bytes = new byte[LongTermKey.BYTES];
        try (LongTermKey key = KeyText.read(
                Channels.newChannel(new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII))),
                end,
                missing::add,
                memory)) {
            key.bytes().buffer().get(0, bytes);
        }
        return bytes;
    }

    private byte[] read(String text) throws IOException {
        return read(text, KeyText.End.STREAM, new ArrayList<>());
    }

    private void refuses(String text, String message) {
        assertThatExceptionOfType(KeyTextException.class)
                .isThrownBy(() -> read(text))
                .withMessage(message);
    }

    @Test
    void writesFourLinesOfFiveWordsOfFiveLetters() throws IOException {
        assertThat(words(BYTES)).matches("((([bdfghjklmnprstvz][aiou]){2}[bdfghjklmnprstvz][ \n]){5}){4}");
        assertThat(words(BYTES).lines()).hasSize(4);
        // 0000 0000 0001 0001 is consonant 0, vowel 0, consonant 0, vowel 1, consonant 1
        assertThat(words(BYTES)).startsWith("babid ");
    }

    @Test
    void readsWhatItWroteForAnyKey() throws IOException {
        Random random = new Random(7);
        for (int i = 0; i < 500; i++) {
            byte[] bytes = new byte[LongTermKey.BYTES];
            random.nextBytes(bytes);
            assertThat(read(words(bytes))).isEqualTo(bytes);
        }
    }

    @Test
    void readsEitherCaseWithSeparatorsAnywhere() throws IOException {
        String text = words(BYTES).toUpperCase(Locale.ROOT).replace(" ", "-").replaceAll("(...)", "$1\r\n\t ");
        assertThat(read(text)).isEqualTo(BYTES);
        assertThat(read(words(BYTES).replaceAll("\\s", ""))).isEqualTo(BYTES);
    }

    @Test
    void noticesEachLetterThatIsAnotherOneAndTheLineOfIt() throws IOException {
        String text = words(BYTES).replaceAll("\\s", "");
        String[] letters = {"bdfghjklmnprstvz", "aiou"};
        for (int at = 0; at < text.length(); at++) {
            for (char other : letters[at % 5 % 2].toCharArray()) {
                if (other != text.charAt(at)) {
                    refuses(
                            text.substring(0, at) + other + text.substring(at + 1),
                            "the key has a wrong word in line " + (at / 25 + 1)
                                    + ": compare its words, or their order");
                }
            }
        }
    }

    @Test
    void noticesWordsAndLinesInAnotherOrder() throws IOException {
        String[] lines = words(BYTES).split("\n");
        refuses(
                lines[1] + lines[0] + lines[2] + lines[3],
                "the key has a wrong word in line 1: compare its words, or their order");
        String[] words = lines[0].split(" ");
        refuses(
                String.join(" ", words[1], words[0], words[2], words[3], words[4], lines[1], lines[2], lines[3]),
                "the key has a wrong word in line 1: compare its words, or their order");
    }

    @Test
    void saysWhatIsMissingOrTooMuch() throws IOException {
        String text = words(BYTES);
        refuses(text.substring(0, 35), "the key is too short: 6 words instead of 20");
        refuses(text + "babab", "the key is too long: it goes on after 20 words, at position 121");
        refuses(text.substring(0, 6) + "x", "the key has an invalid character at position 7, in word 2 of line 1");
    }

    @Test
    void tellsWhatIsMissingAtTheEndOfEachLine() throws IOException {
        List<String> missing = new ArrayList<>();
        assertThat(read(words(BYTES) + "and this isn't read", KeyText.End.LINE, missing))
                .isEqualTo(BYTES);
        assertThat(missing)
                .containsExactly(
                        "5 of 20 words: 15 are missing",
                        "10 of 20 words: 10 are missing",
                        "15 of 20 words: 5 are missing");
        missing.clear();
        String hex = HexFormat.of().formatHex(BYTES);
        assertThat(read(hex.substring(0, 4) + "\n" + hex.substring(4) + "\n", KeyText.End.LINE, missing))
                .isEqualTo(BYTES);
        assertThat(missing).containsExactly("4 of 64 hexadecimal digits: 60 are missing");
    }
}
