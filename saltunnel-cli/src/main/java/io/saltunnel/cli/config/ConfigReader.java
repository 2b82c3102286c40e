package io.saltunnel.cli.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** Reads the configuration file, and the files in {@code conf.d} beside it, which hold more tunnels. */
public final class ConfigReader {

    private static final String KEY = "key";

    /** Another name, for several. */
    private static final String KEYS = "keys";

    private static final String PROCESS = "process";
    private static final String DEFAULTS = "defaults";
    private static final String TUNNEL = "tunnel";
    private static final String TUNNEL_HEADER = "[[" + TUNNEL + "]]";

    private static final String MORE_FILES = "conf.d";

    private final Problems problems;

    private ConfigReader(Problems problems) {
        this.problems = problems;
    }

    /**
     * Reads the files.
     *
     * @param file the main one
     * @param problems receives what can't be read
     * @return what could be read
     */
    public static Configuration read(Path file, Problems problems) {
        return new ConfigReader(problems).read(file);
    }

    private Configuration read(Path file) {
        Place start = Place.in(file.toString());
        Settings process = new Settings(start, true, Map.of());
        Settings defaults = process;
        List<Settings> tunnels = new ArrayList<>();
        boolean unread = false;
        TomlSource main = TomlSource.read(file, problems).orElse(null);
        if (main != null) {
            process = table(main, PROCESS, process);
            defaults = table(main, DEFAULTS, defaults);
            refuseOtherKeys(main, List.of(TUNNEL, DEFAULTS, PROCESS));
            tunnels.addAll(tunnels(main));
            unread = !main.isWhole() || main.tables().contains(List.of(TUNNEL));
        }
        for (Path more : moreFiles(file)) {
            TomlSource source = TomlSource.read(more, problems).orElse(null);
            unread |= source == null || !source.isWhole();
            if (source != null) {
                refuseOtherKeys(source, List.of(TUNNEL));
                tunnels.addAll(tunnels(source));
            }
        }
        if (main != null && tunnels.isEmpty() && !unread) {
            problems.add(start, "there is no tunnel in this file: each begins with a line " + TUNNEL_HEADER);
        }
        Settings common = defaults;
        return new Configuration(
                process,
                common,
                tunnels.stream().map(tunnel -> tunnel.over(common)).toList());
    }

    private List<Path> moreFiles(Path file) {
        Path folder = file.resolveSibling(MORE_FILES);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(each -> each.getFileName().toString().endsWith(".toml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            problems.add(Place.in(folder.toString()), "this directory can't be read: " + FileErrors.reason(e));
            return List.of();
        }
    }

    private void refuseOtherKeys(TomlSource source, List<String> known) {
        for (String key : source.tables().keySet()) {
            if (known.contains(key)) {
                continue;
            }
            TomlPosition position = positionOf(source.tables(), key);
            Place place = source.place(position);
            if (source.isBad(position)) {
                continue;
            }
            if (key.equals(DEFAULTS) || key.equals(PROCESS)) {
                problems.add(place, "[" + key + "] stands in the main file only; here are tunnels");
            } else if (source.tables().get(List.of(key)) instanceof TomlTable
                    || source.tables().get(List.of(key)) instanceof TomlArray) {
                problems.add(place, "there is no table '" + key + "'" + Suggestion.among(key, known));
            } else {
                problems.add(place, "'" + key + "' stands outside the tables: put it below a line " + TUNNEL_HEADER);
            }
        }
    }

    private Settings table(TomlSource source, String name, Settings missing) {
        Object value = source.tables().get(List.of(name));
        if (value == null) {
            return missing;
        }
        TomlPosition position = positionOf(source.tables(), name);
        if (!(value instanceof TomlTable table)) {
            problems.add(source.place(position), "'" + name + "' is a table: write [" + name + "]");
            return missing;
        }
        return settings(source, source.place(position), table);
    }

    private List<Settings> tunnels(TomlSource source) {
        Object value = source.tables().get(List.of(TUNNEL));
        if (value == null) {
            return List.of();
        }
        TomlPosition position = positionOf(source.tables(), TUNNEL);
        if (!(value instanceof TomlArray array)) {
            problems.add(source.place(position), "a tunnel has two brackets: write " + TUNNEL_HEADER);
            return List.of();
        }
        List<Settings> tunnels = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            Place place = source.place(array.inputPositionOf(i));
            if (array.get(i) instanceof TomlTable table) {
                tunnels.add(settings(source, place, table));
            } else {
                problems.add(place, "a tunnel is a table: write " + TUNNEL_HEADER);
            }
        }
        return tunnels;
    }

    private Settings settings(TomlSource source, Place place, TomlTable table) {
        if (table.contains(List.of(KEY)) && table.contains(List.of(KEYS))) {
            problems.add(
                    source.place(positionOf(table, KEYS)),
                    "'" + KEY + "' and '" + KEYS + "' say the same thing: keep one of them");
        }
        Map<String, Setting> settings = new LinkedHashMap<>();
        for (String key : table.keySet()) {
            TomlPosition position = positionOf(table, key);
            Object value = table.get(List.of(key));
            if (value != null && !source.isBad(position)) {
                String known = key.equals(KEYS) ? KEY : key;
                Setting setting = new Setting(
                        known, value, source.place(position), source.valuePlace(position), source.directory());
                settings.put(known, setting);
            }
        }
        return new Settings(place, source.isWhole(), settings);
    }

    private static TomlPosition positionOf(TomlTable table, String key) {
        TomlPosition position = table.inputPositionOf(List.of(key));
        return position == null ? TomlPosition.positionAt(1, 1) : position;
    }
}
