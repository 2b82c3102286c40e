package io.saltunnel.cli.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** A configuration file as it was read, and the places of its keys and values. */
final class TomlSource {

    /** Some editors on Windows put this byte order mark before a text in UTF-8. */
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private static final Pattern KEY_AND_EQUALS = Pattern.compile("(?:[\\w-]+|\"[^\"]*\"|'[^']*')\\s*=\\s*(?=[^\\s#])");

    private final Path file;
    private final List<String> lines;
    private final TomlParseResult tables;
    private final Set<Integer> badLines;

    private TomlSource(Path file, List<String> lines, TomlParseResult tables) {
        this.file = file;
        this.lines = lines;
        this.tables = tables;
        this.badLines =
                tables.errors().stream().map(error -> error.position().line()).collect(Collectors.toSet());
    }

    /**
     * Reads a file.
     *
     * @param problems receives the syntax errors; the parser continues after each
     * @return empty if the file can't be read at all
     */
    static Optional<TomlSource> read(Path file, Problems problems) {
        String text = text(file, problems);
        if (text == null) {
            return Optional.empty();
        }
        TomlSource source = new TomlSource(file, text.lines().toList(), Toml.parse(text));
        for (TomlParseError error : source.tables.errors()) {
            String line = source.line(error.position().line());
            problems.add(source.place(error.position()), SyntaxHint.of(String.valueOf(error.getMessage()), line));
        }
        return Optional.of(source);
    }

    private static @Nullable String text(Path file, Problems problems) {
        Place whole = Place.in(file.toString());
        try {
            return decode(file, Files.readAllBytes(file), problems);
        } catch (NoSuchFileException e) {
            problems.add(whole, "this file does not exist");
        } catch (AccessDeniedException e) {
            problems.add(whole, "this file can't be read: permission denied");
        } catch (IOException e) {
            problems.add(
                    whole,
                    Files.isDirectory(file)
                            ? "this is a directory, not a file"
                            : "this file can't be read: " + FileErrors.reason(e));
        }
        return null;
    }

    private static @Nullable String decode(Path file, byte[] bytes, Problems problems) {
        ByteBuffer input = ByteBuffer.wrap(bytes);
        CharBuffer text = CharBuffer.allocate(bytes.length);
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CoderResult result = decoder.decode(input, text, true);
        text.flip();
        if (result.isError()) {
            int line = (int) text.chars().filter(c -> c == '\n').count() + 1;
            problems.add(
                    new Place(file.toString(), line, 0),
                    isMarkedUtf16(bytes)
                            ? "this is text in UTF-16: save the file as UTF-8"
                            : "this is not text in UTF-8");
            return null;
        }
        boolean marked = text.hasRemaining() && text.get(0) == BYTE_ORDER_MARK;
        return text.subSequence(marked ? 1 : 0, text.length()).toString();
    }

    /** Whether the text begins with the byte order mark of UTF-16, which some programs on Windows write by default. */
    private static boolean isMarkedUtf16(byte[] bytes) {
        if (bytes.length < 2) {
            return false;
        }
        int mark = ByteBuffer.wrap(bytes).getShort() & 0xFFFF;
        return mark == 0xFEFF || mark == 0xFFFE;
    }

    TomlTable tables() {
        return tables;
    }

    /** The directory that relative paths in the file are relative to. */
    Path directory() {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file.toAbsolutePath() : parent;
    }

    /** Whether every line could be read. Only then can a missing setting be reported. */
    boolean isWhole() {
        return badLines.isEmpty();
    }

    /** Whether the line has a syntax error, so that what was read of it isn't what the user meant. */
    boolean isBad(TomlPosition position) {
        return badLines.contains(position.line());
    }

    Place place(TomlPosition position) {
        return new Place(file.toString(), position.line(), position.column());
    }

    /** The place of the value of the key at a position. */
    Place valuePlace(TomlPosition key) {
        String line = line(key.line());
        int start = Math.min(key.column() - 1, line.length());
        Matcher keyAndEquals = KEY_AND_EQUALS.matcher(line).region(start, line.length());
        return keyAndEquals.lookingAt() ? new Place(file.toString(), key.line(), keyAndEquals.end() + 1) : place(key);
    }

    private String line(int number) {
        return number >= 1 && number <= lines.size() ? lines.get(number - 1) : "";
    }
}
