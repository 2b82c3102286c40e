package io.saltunnel.cli;

import io.saltunnel.core.key.KeyQrCode;
import io.saltunnel.core.key.KeyText;
import io.saltunnel.core.key.LongTermKey;
import java.io.IOException;

/** The forms in which {@code key export} shows a key. */
enum ExportForm {
    DIGITS,
    WORDS,
    QR_CODE;

    /** Chooses the form by two options, which exclude each other. */
    static ExportForm of(boolean words, boolean qrCode) {
        if (words && qrCode) {
            throw new IllegalArgumentException("--words and --qr exclude each other: give one of them");
        }
        if (words) {
            return WORDS;
        }
        return qrCode ? QR_CODE : DIGITS;
    }

    /** Refuses an output that doesn't suit the form. Call this before the key is read. */
    void checkOutput(StandardStreams streams) {
        if (this == QR_CODE && !streams.shown()) {
            throw new CommandFailure(
                    "a QR code is drawn on a terminal only, and standard output is none: leave out --qr for text",
                    null);
        }
    }

    void write(LongTermKey key, StandardStreams streams) throws IOException {
        switch (this) {
            case DIGITS -> KeyText.write(key, streams.out());
            case WORDS -> KeyText.writeWords(key, streams.out());
            case QR_CODE -> KeyQrCode.write(key, streams.out());
        }
    }
}
