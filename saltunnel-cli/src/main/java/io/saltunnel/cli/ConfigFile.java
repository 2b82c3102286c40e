package io.saltunnel.cli;

import io.saltunnel.cli.config.FileErrors;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * The options of a client or a server, from a file. Each line has one option, without dashes: {@code name = value}, or
 * the name alone for a switch. The two addresses are {@code from} and {@code to}. Empty lines, and lines that begin
 * with {@code #}, are ignored. The command line overrides the file.
 */
final class ConfigFile implements IDefaultValueProvider {

    static final String OPTION = "--config";

    private static final List<String> ADDRESSES = List.of("from", "to");
    private static final Set<String> ON_THE_COMMAND_LINE_ONLY =
            Set.of("config", "help", "h", "version", "V", "v", "verbose", "q", "quiet");

    private record Entry(int line, String value) {}

    /** Some editors on Windows put this byte order mark before a text in UTF-8. */
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final @Nullable String file;
    private @Nullable Map<String, Entry> entries;

    private ConfigFile(@Nullable String file) {
        this.file = file;
    }

    /** Picocli needs the defaults before it parses the arguments, so this searches them for the file's name first. */
    static ConfigFile namedIn(String... arguments) {
        for (int i = 0; i < arguments.length && !arguments[i].equals("--"); i++) {
            if (arguments[i].equals(OPTION) && i + 1 < arguments.length) {
                return new ConfigFile(arguments[i + 1]);
            }
            if (arguments[i].startsWith(OPTION + "=")) {
                return new ConfigFile(arguments[i].substring(OPTION.length() + 1));
            }
        }
        return new ConfigFile(null);
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        CommandSpec command = argument.command();
        if (file == null || !(command.userObject() instanceof TunnelCommand)) {
            return null;
        }
        if (entries == null) {
            entries = read(file, command);
        }
        for (String name : namesOf(argument).toList()) {
            Entry entry = entries.get(name);
            if (entry != null) {
                return entry.value;
            }
        }
        return null;
    }

    private static Stream<String> namesOf(ArgSpec argument) {
        if (argument instanceof OptionSpec option) {
            return Stream.of(option.names())
                    .map(name -> name.replaceFirst("^--?", ""))
                    .filter(name -> !ON_THE_COMMAND_LINE_ONLY.contains(name));
        }
        int position = argument.command().positionalParameters().indexOf(argument);
        return position >= 0 && position < ADDRESSES.size() ? Stream.of(ADDRESSES.get(position)) : Stream.empty();
    }

    private static Map<String, Entry> read(String file, CommandSpec command) {
        Map<String, ArgSpec> known = command.args().stream()
                .flatMap(argument -> namesOf(argument).map(name -> Map.entry(name, argument)))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        Map<String, Entry> read = new LinkedHashMap<>();
        List<String> lines = lines(file, command);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                add(
                        read,
                        known,
                        line,
                        i + 1,
                        fault -> new ParameterException(command.commandLine(), file + ":" + fault));
            }
        }
        return read;
    }

    private interface Fault {
        ParameterException at(String lineAndMessage);
    }

    private static void add(Map<String, Entry> read, Map<String, ArgSpec> known, String line, int number, Fault fault) {
        int equals = line.indexOf('=');
        String name = equals < 0 ? line : line.substring(0, equals).strip();
        String value = equals < 0 ? "true" : line.substring(equals + 1).strip();
        ArgSpec argument = known.get(name);
        if (argument == null) {
            throw fault.at(number + ": unknown option '" + name + "'");
        }
        boolean isSwitch = argument.type() == boolean.class;
        if (isSwitch ? !Set.of("true", "false").contains(value) : equals < 0 || value.isEmpty()) {
            throw fault.at(number + ": option '" + name + "' needs " + (isSwitch ? "true or false" : "a value"));
        }
        Entry before = read.get(name);
        if (before != null && !argument.isMultiValue()) {
            throw fault.at(number + ": option '" + name + "' is given on line " + before.line + " already");
        }
        read.put(name, new Entry(number, before == null ? value : before.value + argument.splitRegex() + value));
    }

    private static List<String> lines(String file, CommandSpec command) {
        String why;
        try {
            List<String> lines = Files.readAllLines(Path.of(file));
            if (!lines.isEmpty() && lines.get(0).startsWith(BYTE_ORDER_MARK)) {
                lines.set(0, lines.get(0).substring(BYTE_ORDER_MARK.length()));
            }
            return lines;
        } catch (InvalidPathException e) {
            why = CommandErrors.NAME_BEYOND_THE_LOCALE;
        } catch (NoSuchFileException e) {
            why = "does not exist";
        } catch (MalformedInputException e) {
            why = "is not a text in UTF-8";
        } catch (IOException e) {
            why = "can't be read: " + FileErrors.reason(e);
        }
        throw new ParameterException(command.commandLine(), "configuration file " + file + " " + why);
    }
}
