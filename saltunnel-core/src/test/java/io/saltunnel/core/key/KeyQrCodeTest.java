package io.saltunnel.core.key;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.DecodeHintType;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.ReaderException;
import com.google.zxing.Result;
import com.google.zxing.ResultMetadataType;
import com.google.zxing.common.GlobalHistogramBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Goal: a reader of QR codes that knows nothing of this program gets the key from what the terminal shows. */
class KeyQrCodeTest {

    private static final int WIDTH = 37;
    private static final int MARGIN = 4;
    private static final int PIXELS_PER_MODULE = 3;
    private static final int BLACK = 0;
    private static final int WHITE = 0xffffff;

    private final SecretMemory memory = SecretMemory.create();

    @AfterEach
    void noSecretIsLeft() {
        assertThat(memory.liveSecrets()).isZero();
        memory.close();
    }

    private static String drawn(LongTermKey key) throws IOException {
        ByteArrayOutputStream terminal = new ByteArrayOutputStream();
        KeyQrCode.write(key, Channels.newChannel(terminal));
        return terminal.toString(StandardCharsets.UTF_8);
    }

    private static String digits(LongTermKey key) {
        byte[] bytes = new byte[LongTermKey.BYTES];
        key.bytes().buffer().get(0, bytes);
        return HexFormat.of().withUpperCase().formatHex(bytes);
    }

    /** The modules that the terminal shows, with the margin: true is dark. */
    private static boolean[][] modules(String drawn) {
        List<String> lines = drawn.lines().toList();
        boolean[][] modules = new boolean[2 * lines.size()][WIDTH];
        for (int line = 0; line < lines.size(); line++) {
            assertThat(lines.get(line)).startsWith("\u001b[30;107m").endsWith("\u001b[0m");
            String shown = lines.get(line).substring(9, lines.get(line).length() - 4);
            assertThat(shown).hasSize(WIDTH).matches("[ \u2580\u2584\u2588]*");
            for (int column = 0; column < WIDTH; column++) {
                char character = shown.charAt(column);
                modules[2 * line][column] = character == '\u2580' || character == '\u2588';
                modules[2 * line + 1][column] = character == '\u2584' || character == '\u2588';
            }
        }
        return modules;
    }

    private static Result read(boolean[][] modules) throws ReaderException {
        int width = WIDTH * PIXELS_PER_MODULE;
        int[] pixels = new int[width * width];
        for (int i = 0; i < pixels.length; i++) {
            boolean dark = modules[i / width / PIXELS_PER_MODULE][i % width / PIXELS_PER_MODULE];
            pixels[i] = dark ? BLACK : WHITE;
        }
        RGBLuminanceSource picture = new RGBLuminanceSource(width, width, pixels);
        return new QRCodeReader()
                .decode(
                        new BinaryBitmap(new GlobalHistogramBinarizer(picture)),
                        Map.of(DecodeHintType.PURE_BARCODE, true));
    }

    @Test
    void aReaderGetsTheDigitsOfEachKeyWithoutAnError() throws Exception {
        for (int i = 0; i < 100; i++) {
            try (LongTermKey key = LongTermKey.random(RandomSource.system(), memory)) {
                Result read = read(modules(drawn(key)));
                assertThat(read.getText()).isEqualTo(digits(key));
                assertThat(read.getResultMetadata())
                        .containsEntry(ResultMetadataType.ERROR_CORRECTION_LEVEL, "L")
                        .containsEntry(ResultMetadataType.ERRORS_CORRECTED, 0);
            }
        }
    }

    @Test
    void aReaderCorrectsSevenCodewords() throws Exception {
        Random random = new Random(3);
        try (LongTermKey key = LongTermKey.random(RandomSource.system(), memory)) {
            for (int i = 0; i < 50; i++) {
                boolean[][] modules = modules(drawn(key));
                for (int spot = 0; spot < 7; spot++) {
                    int row = MARGIN + 9 + random.nextInt(11); // between the finders, where only data are
                    int column = MARGIN + 9 + random.nextInt(11);
                    modules[row][column] = !modules[row][column];
                }
                assertThat(read(modules).getText()).isEqualTo(digits(key));
            }
        }
    }

    @Test
    void fitsAScreenAndHasAWhiteMargin() throws IOException {
        try (LongTermKey key = LongTermKey.random(RandomSource.system(), memory)) {
            boolean[][] modules = modules(drawn(key));
            assertThat(modules).hasNumberOfRows(2 * 19);
            for (int row = 0; row < modules.length; row++) {
                boolean outside = row < MARGIN || row >= WIDTH - MARGIN;
                boolean[] margin = outside ? modules[row] : Arrays.copyOf(modules[row], MARGIN);
                assertThat(margin).doesNotContain(true);
            }
        }
    }
}
