package io.saltunnel.cli;

import io.saltunnel.cli.status.ProcessWarning;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The options that the virtual machine was started with, and what they expose to others. They are read from the command
 * line and the environment, because the virtual machine's own list needs another module and 50 ms more.
 *
 * @param options in the order in which they take effect
 */
record JavaOptions(List<String> options) {

    /** The class that starts the program. Only its name is here, because the class depends on everything. */
    static final String MAIN_CLASS = JavaOptions.class.getPackageName() + ".Main";

    /** The program's own arguments follow these words. */
    private static final Set<String> END = Set.of("-jar", MAIN_CLASS);

    /** Precedes the name of a file that has more words of the command line. */
    private static final String ARGUMENT_FILE = "@";

    private static final String OPTIONS_FILE = "-XX:VMOptionsFile=";

    /** Precedes the name of a file that has options without {@code -XX:}. */
    private static final String FLAGS_FILE = "-XX:Flags=";

    private static final List<String> AGENTS =
            List.of("-agentlib:", "-agentpath:", "-javaagent:", "-Xrun", "-Dcom.sun.management.jmxremote");

    /** The options of this process; none if the system doesn't report its command line. */
    static JavaOptions ofProcess() {
        return of(commandLine(), System.getenv());
    }

    static JavaOptions of(List<String> commandLine, Map<String, String> environment) {
        List<String> options = new ArrayList<>();
        add(words(environment.getOrDefault("JAVA_TOOL_OPTIONS", "")), options);
        add(words(environment.getOrDefault("JDK_JAVA_OPTIONS", "")), options);
        add(commandLine.stream().takeWhile(word -> !END.contains(word)).toList(), options);
        add(words(environment.getOrDefault("_JAVA_OPTIONS", "")), options);
        return new JavaOptions(options);
    }

    /** Adds the words, and the words in the files that they name. */
    private static void add(List<String> words, List<String> options) {
        for (String word : words) {
            if (word.startsWith(ARGUMENT_FILE)) {
                options.addAll(fromFile(word.substring(ARGUMENT_FILE.length())));
            } else if (word.startsWith(OPTIONS_FILE)) {
                options.addAll(fromFile(word.substring(OPTIONS_FILE.length())));
            } else if (word.startsWith(FLAGS_FILE)) {
                // Its options apply before all others, wherever it is named.
                List<String> flags = fromFile(word.substring(FLAGS_FILE.length()));
                options.addAll(0, flags.stream().map(flag -> "-XX:" + flag).toList());
            } else {
                options.add(word);
            }
        }
    }

    /** What the options expose to others, and what to do about it. */
    List<ProcessWarning> warnings() {
        List<ProcessWarning> all = new ArrayList<>();
        if (!isOn("DisableAttachMechanism")) {
            all.add(new ProcessWarning(
                    ProcessWarning.Kind.ATTACHABLE,
                    "other processes of this user can attach to this one and read the key; run it by its launcher"
                            + " (bin/saltunnel), or with the Java option -XX:+DisableAttachMechanism"));
        }
        if (isOn("HeapDumpOnOutOfMemoryError")) {
            all.add(new ProcessWarning(
                    ProcessWarning.Kind.HEAP_DUMP,
                    "data on its way may get into a file: remove the Java option -XX:+HeapDumpOnOutOfMemoryError"));
        }
        options.stream()
                .filter(option -> AGENTS.stream().anyMatch(option::startsWith))
                .map(option -> new ProcessWarning(
                        ProcessWarning.Kind.AGENT,
                        "an agent or a debugger can read the key: remove the Java option "
                                + option.replaceFirst("=.*", "")))
                .forEach(all::add);
        return all;
    }

    /** Whether a flag that is off by default is on. Its last occurrence counts. */
    private boolean isOn(String flag) {
        return options.lastIndexOf("-XX:+" + flag) > options.lastIndexOf("-XX:-" + flag);
    }

    private static List<String> commandLine() {
        Path linux = Path.of("/proc/self/cmdline");
        try {
            return List.of(Files.readString(linux, StandardCharsets.ISO_8859_1).split("\0"));
        } catch (IOException e) {
            return List.of(ProcessHandle.current().info().arguments().orElse(new String[0]));
        }
    }

    /** Reads the words of a file, without its comment lines. */
    private static List<String> fromFile(String name) {
        try (Stream<String> lines = Files.lines(Path.of(name), StandardCharsets.ISO_8859_1)) {
            return words(
                    String.join(" ", lines.filter(line -> !line.startsWith("#")).toList()));
        } catch (IOException | InvalidPathException e) {
            return List.of();
        }
    }

    private static List<String> words(String text) {
        return Stream.of(text.split("\\s+")).filter(word -> !word.isEmpty()).toList();
    }
}
