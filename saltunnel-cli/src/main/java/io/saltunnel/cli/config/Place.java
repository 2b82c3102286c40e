package io.saltunnel.cli.config;

import java.util.Comparator;

/**
 * A place in a configuration file.
 *
 * @param file as the user named it
 * @param line from 1; 0 if the file as a whole is meant
 * @param column from 1, in characters; 0 if the line as a whole is meant
 */
public record Place(String file, int line, int column) implements Comparable<Place> {

    private static final Comparator<Place> ORDER =
            Comparator.comparing(Place::file).thenComparingInt(Place::line).thenComparingInt(Place::column);

    /** The file as a whole. */
    static Place in(String file) {
        return new Place(file, 0, 0);
    }

    @Override
    public int compareTo(Place other) {
        return ORDER.compare(this, other);
    }

    /** As compilers write it, so that editors find it: {@code file:line:column}. */
    @Override
    public String toString() {
        return file + (line > 0 ? ":" + line : "") + (line > 0 && column > 0 ? ":" + column : "");
    }
}
