package io.saltunnel.core.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.saltunnel.core.secret.ConstantTime;
import io.saltunnel.core.secret.SecretMemory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTextTest {

    private static final String HEX = "00112233445566778899aabbccddeeff0123456789abcdefFEDCBA9876543210";
    private static final String SEPARATORS = "- \t\r\n";

    private final SecretMemory memory = SecretMemory.create();

    @AfterEach
    void nothingIsLeftOpen() {
        assertThat(memory.liveSecrets()).isZero();
        memory.close();
    }

    @Test
    void writesUpperCaseGroupsOfFourJoinedByHyphens() throws IOException {
        try (LongTermKey key = LongTermKey.of(ByteBuffer.wrap(HexFormat.of().parseHex(HEX)), memory)) {
            assertThat(textOf(key))
                    .isEqualTo("0011-2233-4455-6677-8899-AABB-CCDD-EEFF-0123-4567-89AB-CDEF-FEDC-BA98-7654-3210\n");
        }
    }

    @Test
    void readsWhatItWroteForAnyKey() throws IOException {
        Random random = new Random(3);
        for (int i = 0; i < 500; i++) {
            byte[] bytes = new byte[32];
            random.nextBytes(bytes);
            try (LongTermKey key = LongTermKey.of(ByteBuffer.wrap(bytes), memory);
                    LongTermKey again =
                            KeyText.read(channel(textOf(key), 1 + random.nextInt(100)), KeyText.End.LINE, memory)) {
                assertThat(again.bytes().buffer()).isEqualTo(ByteBuffer.wrap(bytes));
            }
        }
    }

    @Test
    void readsEitherCaseWithSeparatorsAnywhereInPiecesOfAnySize() throws IOException {
        Random random = new Random(5);
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = new byte[32];
            random.nextBytes(bytes);
            String text = scramble(HexFormat.of().formatHex(bytes), random);
            try (LongTermKey key = KeyText.read(channel(text, 1 + random.nextInt(300)), KeyText.End.STREAM, memory)) {
                assertThat(key.bytes().buffer()).isEqualTo(ByteBuffer.wrap(bytes));
            }
        }
    }

    @Test
    void refusesAnyOtherCharacterWhereverItStandsAndNamesItsPlaceOnly() {
        Random random = new Random(6);
        for (int character = 0; character < 256; character++) {
            if (HexFormat.isHexDigit(character) || SEPARATORS.indexOf(character) >= 0) {
                continue;
            }
            int at = random.nextInt(HEX.length() + 1);
            String text = HEX.substring(0, at) + (char) character + HEX.substring(at);
            assertThatExceptionOfType(KeyTextException.class)
                    .isThrownBy(() -> read(text))
                    .withMessage("the key has an invalid character at position " + (at + 1)
                            + ": only hexadecimal digits, hyphens and spaces are allowed");
        }
    }

    @ParameterizedTest
    @CsvSource({"'', 0", "'\n', 0", "'- - -', 0", "a, 1", "00-11-22, 6"})
    void refusesAKeyThatIsTooShort(String text, int digits) {
        assertThatExceptionOfType(KeyTextException.class)
                .isThrownBy(() -> read(text))
                .withMessage("the key is too short: " + digits + " hexadecimal digits instead of 64");
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "a5", "FF"})
    void refusesTheSameByteOverAndOver(String octet) {
        assertThatExceptionOfType(KeyTextException.class)
                .isThrownBy(() -> read(octet.repeat(32)))
                .withMessage("this is the same byte 32 times, which is no key; one is made by: saltunnel key generate");
    }

    @Test
    void readsTheBytesOfAKeyFileInPiecesOfAnySize() throws IOException {
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = new byte[32];
            random.nextBytes(bytes);
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            try (LongTermKey key = KeyText.read(channel(text, 1 + random.nextInt(40)), KeyText.End.STREAM, memory)) {
                assertThat(key.bytes().buffer()).isEqualTo(ByteBuffer.wrap(bytes));
            }
        }
    }

    /** Half a text that a person copied isn't the bytes of a key. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "00112233445566778899aabbccddeeff",
                "0011-2233-4455-6677-8899-AABB-\r\n",
                "no key, but 32 characters long.."
            })
    void refusesTextOfAsManyCharactersAsAKeyHasBytes(String text) {
        assertThat(text).hasSize(32);
        assertThatExceptionOfType(KeyTextException.class).isThrownBy(() -> read(text));
    }

    @Test
    void refusesBytesThatAreOneTooFewOrTooMany() {
        String bytes = "\u00ff".repeat(30) + "\u0000";
        assertThatExceptionOfType(KeyTextException.class).isThrownBy(() -> read(bytes));
        assertThatExceptionOfType(KeyTextException.class).isThrownBy(() -> read(bytes + "\u0001\n"));
        assertThatExceptionOfType(KeyTextException.class).isThrownBy(() -> read("\u00ff".repeat(32)));
    }

    @Test
    void refusesBytesThatAreTyped() {
        String bytes = "\u00ff".repeat(31) + "\u0000";
        assertThatExceptionOfType(KeyTextException.class)
                .isThrownBy(() -> KeyText.read(channel(bytes, 32), KeyText.End.LINE, memory));
    }

    @Test
    void refusesAKeyOneDigitShort() {
        assertThatExceptionOfType(KeyTextException.class)
                .isThrownBy(() -> read(HEX.substring(1)))
                .withMessage("the key is too short: 63 hexadecimal digits instead of 64");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "\n0", "--  0", "00000000"})
    void refusesAKeyThatIsTooLong(String rest) {
        int position = 64 + rest.indexOf('0') + 1;
        assertThatExceptionOfType(KeyTextException.class)
                .isThrownBy(() -> read(HEX + rest))
                .withMessage("the key is too long: it goes on after 64 hexadecimal digits, at position " + position);
    }

    @Test
    void stopsAtTheEndOfTheLineWhereSomebodyTypes() throws IOException {
        ReadableByteChannel typed = channel(HEX + "\nnothing of this is read", 65);
        try (LongTermKey key = KeyText.read(typed, KeyText.End.LINE, memory)) {
            assertThat(key.checksum()).hasSize(64);
        }
        ByteBuffer next = ByteBuffer.allocate(7);
        typed.read(next);
        assertThat(new String(next.array(), StandardCharsets.US_ASCII)).isEqualTo("nothing");
    }

    @Test
    void goesOnAfterTheEndOfALineWhenTheKeyIsNotComplete() throws IOException {
        try (LongTermKey key = KeyText.read(channel(HEX.replaceAll("(.{16})", "$1\n"), 17), KeyText.End.LINE, memory)) {
            assertThat(key.bytes().buffer())
                    .isEqualTo(ByteBuffer.wrap(HexFormat.of().parseHex(HEX)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {HEX, HEX + "\n", HEX + "x", "1234"})
    void wipesTheTextItReadWhateverComesOfIt(String text) throws IOException {
        List<ByteBuffer> blocks = new ArrayList<>();
        ReadableByteChannel source = channel(text, 300);
        ReadableByteChannel observed = observing(source, blocks);
        try {
            KeyText.read(observed, KeyText.End.STREAM, memory).close();
        } catch (KeyTextException e) {
            assertThat(e).hasMessageStartingWith("the key ");
        }
        assertThat(blocks).isNotEmpty();
        blocks.forEach(block ->
                assertThat(ConstantTime.isZero(block, 0, block.capacity())).isTrue());
    }

    @Test
    void wipesTheTextItWrote() throws IOException {
        List<ByteBuffer> blocks = new ArrayList<>();
        try (LongTermKey key = LongTermKey.of(ByteBuffer.wrap(HexFormat.of().parseHex(HEX)), memory)) {
            WritableByteChannel out = Channels.newChannel(OutputStream.nullOutputStream());
            KeyText.write(key, new WritableByteChannel() {
                @Override
                public int write(ByteBuffer source) throws IOException {
                    blocks.add(source.duplicate());
                    return out.write(source);
                }

                @Override
                public boolean isOpen() {
                    return true;
                }

                @Override
                public void close() {}
            });
        }
        assertThat(blocks).isNotEmpty();
        blocks.forEach(block ->
                assertThat(ConstantTime.isZero(block, 0, block.capacity())).isTrue());
    }

    private LongTermKey read(String text) throws IOException {
        return KeyText.read(channel(text, 50), KeyText.End.STREAM, memory);
    }

    private static String textOf(LongTermKey key) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        KeyText.write(key, Channels.newChannel(out));
        return out.toString(StandardCharsets.US_ASCII);
    }

    private static String scramble(String hex, Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < hex.length(); i++) {
            char digit = hex.charAt(i);
            while (random.nextInt(4) == 0) {
                text.append(SEPARATORS.charAt(random.nextInt(SEPARATORS.length())));
            }
            text.append(random.nextBoolean() ? Character.toUpperCase(digit) : digit);
        }
        return text.append(random.nextBoolean() ? "\r\n" : "").toString();
    }

    private static ReadableByteChannel observing(ReadableByteChannel source, List<ByteBuffer> targets) {
        return new ReadableByteChannel() {
            @Override
            public int read(ByteBuffer target) throws IOException {
                assertThat(target.isDirect()).isTrue();
                targets.add(target.duplicate());
                return source.read(target);
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        };
    }

    /** A channel that gives at most a set number of bytes per read, as pipes do. */
    private static ReadableByteChannel channel(String text, int maxBytesAtOnce) {
        ByteBuffer rest = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        return new ReadableByteChannel() {
            @Override
            public int read(ByteBuffer target) {
                if (!rest.hasRemaining()) {
                    return -1;
                }
                int count = Math.min(Math.min(maxBytesAtOnce, rest.remaining()), target.remaining());
                target.put(rest.slice().limit(count));
                rest.position(rest.position() + count);
                return count;
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
