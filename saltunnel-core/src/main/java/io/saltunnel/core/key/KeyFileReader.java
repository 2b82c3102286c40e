package io.saltunnel.core.key;

import io.saltunnel.core.secret.SecretBytes;
import io.saltunnel.core.secret.SecretMemory;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An open key file: its access is checked, then its bytes are read. Both apply to the opened file, even if its name
 * points to another file meanwhile. One thread at a time.
 */
final class KeyFileReader implements Closeable {

    private final Path file;
    private final OpenFile opened;
    private final Optional<String> warning;

    private KeyFileReader(Path file, OpenFile opened, Optional<String> warning) {
        this.file = file;
        this.opened = opened;
        this.warning = warning;
    }

    /** Opens a file, and refuses it if others could have put it there. */
    static KeyFileReader open(Path file) throws KeyFileException {
        try {
            OpenFile opened = OpenFile.open(file);
            try {
                return new KeyFileReader(file, opened, opened.checkAccess());
            } catch (Throwable e) {
                opened.close();
                throw e;
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** One line for the user if others may read the file, or a group may replace it. */
    Optional<String> warning() {
        return warning;
    }

    /** Reads the key's bytes to the target, from index 0. The file must hold nothing else. */
    void read(ByteBuffer target, SecretMemory memory) throws KeyFileException {
        try {
            readExactly(target, memory);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private void readExactly(ByteBuffer target, SecretMemory memory) throws IOException {
        ByteBuffer unread = target.duplicate();
        while (unread.hasRemaining()) {
            if (opened.read(unread) < 0) {
                throw wrongLength(unread.position() + " bytes");
            }
        }
        try (SecretBytes next = memory.allocate(1)) {
            if (opened.read(next.buffer().duplicate()) >= 0) {
                throw wrongLength("more");
            }
        }
        if (KeyBytes.areConstant(target)) {
            throw new KeyFileException("key file " + file + " holds the same byte " + KeyBytes.COUNT
                    + " times, which is no key; use: saltunnel key generate <another file>");
        }
    }

    private KeyFileException wrongLength(String length) {
        return new KeyFileException(
                "key file " + file + " must have exactly " + KeyBytes.COUNT + " bytes, but has " + length);
    }

    private static KeyFileException unreadable(Path file, IOException e) {
        return e instanceof KeyFileException known
                ? known
                : new KeyFileException("cannot read key file " + file + ": " + KeyFileException.reason(e), e);
    }

    @Override
    public void close() throws KeyFileException {
        try {
            opened.close();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }
}
