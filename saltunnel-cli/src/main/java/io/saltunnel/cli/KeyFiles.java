package io.saltunnel.cli;

import io.saltunnel.core.key.NamedKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The files that hold a tunnel's keys, and the names that the keys get from them. */
final class KeyFiles {

    private static final String SUFFIX = ".key";
    private static final int LONGEST_NAME = 64;

    private KeyFiles() {}

    /**
     * Returns the files that the user means. A directory stands for its files named {@code NAME.key}, sorted by name,
     * without hidden ones.
     *
     * @throws IllegalArgumentException if a directory has none, or can't be read
     */
    static List<Path> in(List<Path> named) {
        List<Path> files = new ArrayList<>();
        for (Path each : named) {
            if (Files.isDirectory(each)) {
                files.addAll(inDirectory(each));
            } else {
                files.add(each);
            }
        }
        return files;
    }

    private static List<Path> inDirectory(Path directory) {
        List<Path> files;
        try (Stream<Path> all = Files.list(directory)) {
            files = all.filter(KeyFiles::isKey).sorted().toList();
        } catch (IOException | UncheckedIOException e) {
            throw new IllegalArgumentException("key file " + directory + " is a directory that can't be read", e);
        }
        if (files.isEmpty()) {
            throw new IllegalArgumentException(
                    "key file " + directory + " is a directory without files whose names end with " + SUFFIX);
        }
        return files;
    }

    private static boolean isKey(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(SUFFIX) && !name.startsWith(".");
    }

    /**
     * Adds the fingerprint to the names of keys that are the same although their files' names differ, because {@link
     * #nameOf} has replaced or cut off the difference. Keys whose files have the same name, in different directories,
     * keep the same name, and are refused later.
     *
     * @param files the file of each key, in their order
     */
    static List<NamedKey> told(List<Path> files, List<NamedKey> keys) {
        List<NamedKey> told = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            NamedKey key = keys.get(i);
            Path file = files.get(i).getFileName();
            boolean alike = false;
            for (int j = 0; j < keys.size(); j++) {
                alike |= key.name().equals(keys.get(j).name())
                        && !Objects.equals(file, files.get(j).getFileName());
            }
            told.add(alike ? new NamedKey(suffixed(key), key.key()) : key);
        }
        return told;
    }

    private static String suffixed(NamedKey key) {
        String suffix = "-" + key.label().fingerprint();
        return key.name()
                        .substring(
                                0,
                                Math.min(
                                        LONGEST_NAME - suffix.length(),
                                        key.name().length()))
                + suffix;
    }

    /**
     * Returns the key's name: that of its file without {@code .key}, cut off after {@value #LONGEST_NAME} characters,
     * with an underscore for each character that a log line can't have.
     */
    static String nameOf(Path file) {
        Path last = file.getFileName();
        String name = last == null ? "" : last.toString();
        if (name.endsWith(SUFFIX)) {
            name = name.substring(0, name.length() - SUFFIX.length());
        }
        String plain = name.replaceAll("[^A-Za-z0-9._-]", "_");
        return plain.substring(0, Math.min(LONGEST_NAME, plain.length()));
    }
}
