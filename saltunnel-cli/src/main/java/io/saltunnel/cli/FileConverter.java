package io.saltunnel.cli;

import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the name of a file. */
final class FileConverter implements ITypeConverter<Path> {

    @Override
    public Path convert(String text) {
        if (text.isEmpty()) {
            throw new TypeConversionException("the name of the file is empty");
        }
        if (text.equals("~") || text.startsWith("~/")) {
            // Only a shell expands a tilde, and only outside quotes.
            throw new TypeConversionException("'" + text + "' begins with a tilde that no shell has replaced:"
                    + " write the whole path, or leave out the quotes");
        }
        return Path.of(text);
    }
}
