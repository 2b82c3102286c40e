package io.saltunnel.cli.config;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.jspecify.annotations.Nullable;

/** Says in words why a file can't be used. The messages of Java's exceptions are often the name of the file alone. */
public final class FileErrors {

    private FileErrors() {}

    /**
     * The reason without the name of the file.
     *
     * @param failure of reading or writing a file
     * @return some words on one line
     */
    public static String reason(IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return "no such file or directory";
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return "it exists already";
        }
        if (failure instanceof NotDirectoryException) {
            return "it is no directory";
        }
        if (failure instanceof FileSystemException file) {
            return orUnknown(file.getReason());
        }
        return orUnknown(failure.getMessage());
    }

    /**
     * The reason with the name of the file, if the failure knows it.
     *
     * @param failure of reading or writing
     * @return some words on one line
     */
    public static String message(IOException failure) {
        return failure instanceof FileSystemException file && file.getFile() != null
                ? file.getFile() + ": " + reason(failure)
                : reason(failure);
    }

    private static String orUnknown(@Nullable String words) {
        return words == null || words.isBlank() ? "the system doesn't say why" : words;
    }
}
