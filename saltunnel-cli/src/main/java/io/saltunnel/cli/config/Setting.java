package io.saltunnel.cli.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tomlj.TomlArray;

/**
 * A key of a table, and its value.
 *
 * @param key as it is written
 * @param value a string, a number, a boolean, an array, or another value of TOML
 * @param place where the key is
 * @param valuePlace where the value is
 * @param directory the directory that relative paths are relative to
 */
public record Setting(String key, Object value, Place place, Place valuePlace, Path directory) {

    /**
     * The value as it would be written on the command line.
     *
     * @return empty if the value is of a type that no option has
     */
    public Optional<String> text() {
        return text(value);
    }

    /** Whether the values are texts in quotes. */
    boolean hasOnlyTexts() {
        if (!(value instanceof TomlArray array)) {
            return value instanceof String;
        }
        for (int i = 0; i < array.size(); i++) {
            if (!(array.get(i) instanceof String)) {
                return false;
            }
        }
        return true;
    }

    private static Optional<String> text(Object value) {
        if (value instanceof Double number) {
            return Optional.of(
                    Double.isFinite(number)
                            ? new java.math.BigDecimal(number.toString()).toPlainString()
                            : "" + number);
        }
        return value instanceof String || value instanceof Long ? Optional.of(value.toString()) : Optional.empty();
    }

    /**
     * The values of an array, or the one value.
     *
     * @return empty if one is of a type that no option has
     */
    public Optional<List<String>> texts() {
        if (!(value instanceof TomlArray array)) {
            return text().map(List::of);
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            text(array.get(i)).ifPresent(texts::add);
        }
        return texts.size() == array.size() ? Optional.of(texts) : Optional.empty();
    }
}
