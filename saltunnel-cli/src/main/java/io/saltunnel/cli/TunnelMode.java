package io.saltunnel.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The sides of a tunnel, as users name them. */
enum TunnelMode {
    CLIENT,
    SERVER;

    static List<String> names() {
        return Arrays.stream(values()).map(TunnelMode::toString).toList();
    }

    static Optional<TunnelMode> named(String name) {
        return Arrays.stream(values())
                .filter(mode -> mode.toString().equals(name))
                .findFirst();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
