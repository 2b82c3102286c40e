package io.saltunnel.cli.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.tomlj.TomlArray;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The options of a command as keys of a table: each under its long name, without dashes. A value is passed to the
 * option as an argument, so that the command line and the file allow the same values.
 */
public final class OptionKeys {

    private final Map<String, OptionSpec> options = new LinkedHashMap<>();

    /** The key of each other name that users may write. */
    private final Map<String, String> otherNames = new TreeMap<>();

    /**
     * The keys of some options.
     *
     * @param options each with a long name
     */
    public OptionKeys(Collection<OptionSpec> options) {
        for (OptionSpec option : options) {
            String key = keyOf(option.longestName());
            this.options.put(key, option);
            for (String name : option.names()) {
                otherNames.putIfAbsent(keyOf(name), key);
            }
        }
    }

    /**
     * The key of an option.
     *
     * @param name the name with dashes
     * @return the name without dashes
     */
    public static String keyOf(String name) {
        return name.replaceFirst("^--?", "");
    }

    /**
     * The keys.
     *
     * @return in the order of the options
     */
    public Set<String> names() {
        return options.keySet();
    }

    /**
     * The short names, and other names of the keys.
     *
     * @return the key of each
     */
    public Map<String, String> otherNames() {
        return otherNames;
    }

    /**
     * Writes a setting as arguments of the command line.
     *
     * @param setting with one of the {@link #names}
     * @param problems receives a problem if the value is of a wrong type
     * @return the arguments; none if the value is of a wrong type
     */
    public List<String> arguments(Setting setting, Problems problems) {
        OptionSpec option = options.get(setting.key());
        if (option == null) {
            throw new IllegalArgumentException(setting.key());
        }
        String name = option.longestName();
        if (option.type() == boolean.class) {
            if (setting.value() instanceof Boolean) {
                return List.of(name + "=" + setting.value());
            }
            problems.add(setting.valuePlace(), "'" + setting.key() + "' is true or false, without quotes");
            return List.of();
        }
        if (option.isMultiValue()) {
            return each(option, setting, problems);
        }
        Optional<String> text = setting.text();
        if (text.isEmpty() || option.type() == Path.class && !(setting.value() instanceof String)) {
            problems.add(
                    setting.valuePlace(),
                    "'" + setting.key() + "' needs "
                            + (setting.value() instanceof TomlArray ? "one value, not a list" : "a text in quotes"));
            return List.of();
        }
        return text.filter(value -> option.type() == Path.class)
                .map(value -> path(setting, value, problems))
                .orElse(text)
                .map(value -> List.of(name + "=" + value))
                .orElse(List.of());
    }

    private static List<String> each(OptionSpec option, Setting setting, Problems problems) {
        boolean ofFiles = option.auxiliaryTypes()[0] == Path.class;
        List<String> texts = setting.texts()
                .filter(all -> !ofFiles || setting.hasOnlyTexts())
                .orElse(List.of());
        boolean none = setting.value() instanceof TomlArray array && array.isEmpty();
        if (none && option.required()) {
            problems.add(setting.valuePlace(), "'" + setting.key() + "' needs one text or more");
        } else if (texts.isEmpty() && !none) {
            problems.add(
                    setting.valuePlace(),
                    "'" + setting.key() + "' needs "
                            + (ofFiles && !(setting.value() instanceof TomlArray)
                                    ? "a text in quotes"
                                    : "a list of texts, such as [\"one\", \"two\"]"));
        }
        List<String> arguments = new ArrayList<>();
        for (String text : texts) {
            (ofFiles ? path(setting, text, problems) : Optional.of(text))
                    .ifPresent(value -> arguments.add(option.longestName() + "=" + value));
        }
        return arguments;
    }

    /**
     * Resolves the name of a file. Leaves empty names, and those with a tilde, as they are, so that the option refuses
     * them.
     */
    private static Optional<String> path(Setting setting, String value, Problems problems) {
        if (value.isEmpty() || value.startsWith("~")) {
            return Optional.of(value);
        }
        try {
            return Optional.of(setting.directory().resolve(value).normalize().toString());
        } catch (InvalidPathException e) {
            problems.add(setting.valuePlace(), "'" + setting.key() + "' is no name of a file: " + e.getReason());
            return Optional.empty();
        }
    }
}
