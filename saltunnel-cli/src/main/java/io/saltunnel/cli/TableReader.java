package io.saltunnel.cli;

import io.saltunnel.cli.config.OptionKeys;
import io.saltunnel.cli.config.Problems;
import io.saltunnel.cli.config.Setting;
import io.saltunnel.cli.config.Settings;
import io.saltunnel.cli.config.Suggestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tomlj.TomlArray;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Fills a command's options from a table, as if its settings were on the command line. So each option is described
 * once, for both.
 */
final class TableReader {

    static final String NAME = "name";
    static final String MODE = "mode";

    /** Another name of {@code key}. */
    private static final String KEYS = "keys";

    /** The keys of a tunnel's table that aren't options. */
    private static final List<String> BESIDE = List.of(NAME, MODE, TunnelPlan.LISTEN, TunnelPlan.TO);

    private static final String UNIX = "unix:";
    private static final String STATUS = "status";
    private static final String REPLAYS = "replays";

    /** The keys whose value may be a path, which is relative to the file, or an address. */
    private static final Set<String> PLACES = Set.of(STATUS, REPLAYS);

    /** Replaces an address that is missing or isn't text, so that the rest can be checked. */
    private static final String NO_ADDRESS = "localhost:1";

    private static final Map<String, String> OTHER_NAMES = Map.of(
            "from", TunnelPlan.LISTEN, "target", TunnelPlan.TO, "connect", TunnelPlan.TO, "server", TunnelPlan.TO);

    private final Problems problems;
    private final CommandLine command;
    private final OptionKeys keys;
    private final List<String> beside;

    private TableReader(Problems problems, Object command, OptionKeys keys, List<String> beside) {
        this.problems = problems;
        this.command = new CommandLine(command).setExpandAtFiles(false);
        this.command.getCommandSpec().parser().collectErrors(true);
        this.keys = keys;
        this.beside = beside;
    }

    /** A reader of {@code [process]}. */
    static TableReader ofProcess(ConfigOptions options, Problems problems) {
        return new TableReader(problems, options, processKeys(), List.of());
    }

    /** A reader of {@code [[tunnel]]}. */
    static TableReader ofTunnel(TunnelCommand command, Problems problems) {
        return new TableReader(problems, command, tunnelKeys(command.mode()), BESIDE);
    }

    /** A command whose options are not filled yet. */
    static TunnelCommand newCommand(TunnelMode mode) {
        return switch (mode) {
            case CLIENT -> new ClientCommand();
            case SERVER -> new ServerCommand();
        };
    }

    /** Sets valid addresses, so that the other options can be checked although an address is wrong. */
    static void chooseSomeAddresses(TunnelOptions options) {
        options.from = NO_ADDRESS;
        options.to = NO_ADDRESS;
    }

    static OptionKeys processKeys() {
        return new OptionKeys(
                CommandSpec.forAnnotatedObject(new ConfigOptions()).options());
    }

    /** All keys that a tunnel's table can have. */
    static Set<String> keysOfTunnel(TunnelMode mode) {
        Set<String> known = new TreeSet<>(tunnelKeys(mode).names());
        known.addAll(BESIDE);
        known.add(KEYS);
        return known;
    }

    private static OptionKeys tunnelKeys(TunnelMode mode) {
        Set<String> ofProcess = processKeys().names();
        List<OptionSpec> options = CommandSpec.forAnnotatedObject(newCommand(mode)).options().stream()
                .filter(option -> !ofProcess.contains(OptionKeys.keyOf(option.longestName())))
                .toList();
        return new OptionKeys(options);
    }

    /**
     * Reads a table.
     *
     * @return false if a required key is missing
     */
    boolean read(Settings settings) {
        List<String> arguments = new ArrayList<>();
        for (Setting setting : settings.all()) {
            if (keys.names().contains(setting.key())) {
                List<String> given = keys.arguments(setting, problems);
                arguments.addAll(
                        PLACES.contains(setting.key()) && !given.isEmpty()
                                ? List.of("--" + setting.key() + "=" + place(setting))
                                : given);
            } else if (!beside.contains(setting.key())) {
                unknown(setting, settings);
            }
        }
        boolean complete = true;
        if (!beside.isEmpty()) {
            complete = hasWhatItNeeds(settings);
            arguments.add("--");
            arguments.add(address(settings, TunnelPlan.LISTEN));
            arguments.add(addresses(settings, TunnelPlan.TO));
        }
        for (Exception error :
                command.parseArgs(arguments.toArray(String[]::new)).errors()) {
            report(error, settings);
        }
        return complete;
    }

    /** The value of each option that has one, after {@link #read}. */
    Map<String, Object> values() {
        Map<String, Object> values = new TreeMap<>();
        for (OptionSpec option : command.getCommandSpec().options()) {
            Object value = option.getValue();
            if (value != null) {
                values.put(option.longestName(), value instanceof List<?> list ? List.copyOf(list) : value);
            }
        }
        return values;
    }

    private void unknown(Setting setting, Settings settings) {
        String key = setting.key();
        boolean ofTunnel = Stream.of(TunnelMode.values())
                .anyMatch(mode -> tunnelKeys(mode).names().contains(key));
        if (!beside.isEmpty() && ofTunnel) {
            if (settings.isOwn(key)) { // a default applies only to tunnels that have the option
                problems.add(setting.place(), "'" + key + "' is no option of this side of a tunnel");
            }
        } else if (beside.isEmpty() && (ofTunnel || BESIDE.contains(key))) {
            problems.add(setting.place(), "'" + key + "' belongs to a tunnel: put it below [[tunnel]] or [defaults]");
        } else if (!beside.isEmpty() && processKeys().names().contains(key)) {
            problems.add(setting.place(), "'" + key + "' belongs to the process: put it below [process]");
        } else {
            String other = OTHER_NAMES.getOrDefault(key, keys.otherNames().getOrDefault(key, key));
            Set<String> known = new TreeSet<>(keys.names());
            known.addAll(beside);
            problems.add(setting.place(), "there is no option '" + key + "'" + Suggestion.among(other, known));
        }
    }

    private boolean hasWhatItNeeds(Settings settings) {
        List<String> missing = Stream.concat(
                        beside.stream(),
                        command.getCommandSpec().options().stream()
                                .filter(OptionSpec::required)
                                .map(option -> OptionKeys.keyOf(option.longestName())))
                .filter(key -> settings.get(key).isEmpty())
                .map(key -> "'" + key + "'")
                .toList();
        if (!missing.isEmpty() && settings.isWhole()) {
            problems.add(settings.place(), "this tunnel has no " + String.join(", no ", missing));
        }
        return missing.isEmpty();
    }

    private String address(Settings settings, String key) {
        Optional<Setting> setting = settings.get(key);
        if (setting.isEmpty()) {
            return NO_ADDRESS;
        }
        if (!(setting.get().value() instanceof String text)) {
            problems.add(
                    setting.get().valuePlace(), "'" + key + "' needs an address in quotes, such as \"127.0.0.1:80\"");
            return NO_ADDRESS;
        }
        return resolved(setting.get(), text);
    }

    /** Reads one address or a list of them, and joins them by commas, as on the command line. */
    private String addresses(Settings settings, String key) {
        Optional<Setting> setting = settings.get(key);
        if (setting.isEmpty() || !(setting.get().value() instanceof TomlArray)) {
            return address(settings, key);
        }
        List<String> texts = setting.get().texts().orElse(List.of());
        if (texts.isEmpty()) {
            problems.add(
                    setting.get().valuePlace(),
                    "'" + key + "' needs one address or more, in quotes, such as [\"a:80\", \"b:80\"]");
            return NO_ADDRESS;
        }
        return texts.stream().map(text -> resolved(setting.get(), text)).collect(Collectors.joining(","));
    }

    private static String place(Setting setting) {
        String text = String.valueOf(setting.value());
        boolean relative = setting.key().equals(REPLAYS)
                && !text.isEmpty()
                && !text.startsWith("~")
                && !text.contains(ReplayPlace.MARK);
        return relative ? setting.directory().resolve(text).normalize().toString() : resolved(setting, text);
    }

    /** Resolves the path of a UNIX domain socket, which is relative to the file. */
    private static String resolved(Setting setting, String text) {
        boolean relative = text.startsWith(UNIX) && !text.startsWith(UNIX + "/") && text.length() > UNIX.length();
        return relative
                ? UNIX
                        + setting.directory()
                                .resolve(text.substring(UNIX.length()))
                                .normalize()
                : text;
    }

    private void report(Exception error, Settings settings) {
        if (error instanceof MissingParameterException) {
            return; // reported already, for all keys together
        }
        String key = error instanceof ParameterException wrong && wrong.getArgSpec() instanceof OptionSpec option
                ? OptionKeys.keyOf(option.longestName())
                : "";
        problems.add(settings.placeOf(key), CommandErrors.withoutOption(String.valueOf(error.getMessage())));
    }
}
