package io.saltunnel.redis;

import io.lettuce.core.RedisCredentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The file whose first line is the password for a store. It is read at each connection, so that the password can be
 * changed without a restart.
 */
final class PasswordFile {
    private static final int MAX_BYTES = 4096;

    private PasswordFile() {}

    /**
     * Checks that the file can be read.
     *
     * @throws UncheckedIOException if it can't, or has no password
     */
    static void check(Path file) {
        credentials(file, "");
    }

    /** Reads the password for a user; an empty name is the store's default user. */
    static RedisCredentials credentials(Path file, String user) {
        byte[] bytes = read(file);
        try {
            int length = 0;
            while (length < bytes.length && bytes[length] != '\n' && bytes[length] != '\r') {
                length++;
            }
            if (length == 0) {
                throw new UncheckedIOException(new IOException(file + ": the first line is empty"));
            }
            CharBuffer text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes, 0, length));
            char[] password = new char[text.remaining()];
            text.get(password);
            Arrays.fill(text.array(), '\0');
            return RedisCredentials.just(user.isEmpty() ? null : user, password);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private static byte[] read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException(file + ": it has more than " + MAX_BYTES + " bytes");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
