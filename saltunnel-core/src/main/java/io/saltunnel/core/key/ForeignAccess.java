package io.saltunnel.core.key;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * Finds out whether users besides root and this program's user may change a file that isn't a key, or put another in its
 * place. Any thread except an event loop: it reads from the file system.
 */
public final class ForeignAccess {

    private ForeignAccess() {}

    /**
     * Checks a file, and every directory above it. A directory with the sticky bit may be open to all. Members of a group
     * count as others. If nobody else has access, the name leads to the same file until root or this program's user
     * changes that.
     *
     * @param file a file that exists, and isn't a symbolic link
     * @return some words on one line if others may change or replace it, and what to do; empty if they can't, or if the
     *     system can't tell
     */
    public static Optional<String> to(Path file) {
        Objects.requireNonNull(file, "file");
        KeyFileAccess.Attributes attributes = KeyFileAccess.Attributes.of(file).orElse(null);
        if (attributes == null) {
            return Optional.empty();
        }
        return KeyFileAccess.of(OpenFile.user().orElse(attributes.owner())).foreignAccess(file, attributes);
    }
}
