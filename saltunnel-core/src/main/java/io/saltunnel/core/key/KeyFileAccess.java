package io.saltunnel.core.key;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which users besides root and this program's user may change, replace or read a key file. A file that others
 * may change or replace is refused. A file that others may read, or that a group may replace, causes a warning.
 *
 * <p>Like sshd for the files that it trusts ({@code StrictModes}), it checks the file, its directory, and every
 * directory above. A directory with the sticky bit is safe: only the owner of a file may replace it there.
 *
 * @param user this program's effective user
 * @param trusted the users that may own the key file and the directories above it
 */
record KeyFileAccess(int user, Set<Integer> trusted) {

    private static final int ROOT = 0;
    private static final int ROOT_GROUP = 0;
    private static final int STICKY = 0x200;

    /**
     * The id that the kernel shows for an owner without an id in the user namespace; that owner may be the host's root.
     */
    private static final int UNMAPPED = 65_534;

    private static final Path USER_NAMESPACE = Path.of("/proc/self/uid_map");
    private static final String ALL_USERS = "0 0 4294967295";

    /**
     * Makes the check for a user. In a user namespace, as in a rootless container, owners outside the namespace can't
     * be distinguished, so all of them are trusted.
     */
    static KeyFileAccess of(int user) {
        Set<Integer> trusted = new HashSet<>(Set.of(ROOT));
        trusted.add(user);
        if (!mapsAllUsers()) {
            trusted.add(UNMAPPED);
        }
        return new KeyFileAccess(user, trusted);
    }

    private static boolean mapsAllUsers() {
        try {
            return Files.readString(USER_NAMESPACE)
                    .strip()
                    .replaceAll("\\s+", " ")
                    .equals(ALL_USERS);
        } catch (IOException e) {
            return true; // no such namespaces here
        }
    }

    /**
     * The owner and the permissions of a file or directory.
     *
     * @param owner its owner's user id
     * @param group its group id
     * @param sticky whether only the owner of an entry may remove or rename it
     * @param permissions the permissions of owner, group and others
     */
    record Attributes(int owner, int group, boolean sticky, Set<PosixFilePermission> permissions) {

        /** Reads the attributes; empty if the system has none. */
        static Optional<Attributes> of(Path path) {
            try {
                int owner = (Integer) Files.getAttribute(path, "unix:uid");
                int group = (Integer) Files.getAttribute(path, "unix:gid");
                int mode = (Integer) Files.getAttribute(path, "unix:mode");
                return Optional.of(
                        new Attributes(owner, group, (mode & STICKY) != 0, Files.getPosixFilePermissions(path)));
            } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
                return Optional.empty();
            }
        }

        boolean allows(PosixFilePermission permission) {
            return permissions.contains(permission);
        }

        /** Members of root's group are trusted as root is: a container's secrets have mode 0440 and that group. */
        boolean isReadableByOthers() {
            return allows(PosixFilePermission.OTHERS_READ)
                    || allows(PosixFilePermission.GROUP_READ) && group != ROOT_GROUP;
        }

        @Override
        public String toString() {
            return PosixFilePermissions.toString(permissions);
        }
    }

    /**
     * Checks a key file.
     *
     * @param file the name it was opened by
     * @param opened the attributes of the opened file itself
     * @return one line for the user, if others may read the file or a group may replace it
     * @throws KeyFileException if others may change or replace it
     */
    Optional<String> check(Path file, Attributes opened) throws KeyFileException {
        if (isForeign(opened)) {
            throw new KeyFileException("key file " + file + " belongs to user " + opened.owner
                    + ", who may change it, and neither to root nor to this program's user " + user + "; use: chown "
                    + user + " " + file);
        }
        if (isWritableByOthers(opened)) {
            throw new KeyFileException("key file " + file + " may be changed by others (" + opened
                    + "): anyone who replaces the key can read and forge all traffic; use: chmod 600 " + file);
        }
        Optional<String> warning = Optional.empty();
        if (opened.isReadableByOthers()) {
            warning = Optional.of("key file " + file + " is open to others (" + opened
                    + "): anyone who reads it can read and forge all traffic; use: chmod 600 " + file);
        }
        for (Path directory : directoriesAbove(file)) {
            Attributes attributes = Attributes.of(directory).orElse(null);
            if (attributes != null) {
                Optional<String> ofDirectory = checkDirectory(file, directory, attributes);
                warning = warning.isPresent() ? warning : ofDirectory;
            }
        }
        return warning;
    }

    private Optional<String> checkDirectory(Path file, Path directory, Attributes attributes) throws KeyFileException {
        if (isForeign(attributes)) {
            throw new KeyFileException("user " + attributes.owner + " may put another file in the place of key file "
                    + file + ", since directory " + directory + " belongs to that user; keep the key in a directory of"
                    + " root's or of user " + user + "'s");
        }
        if (attributes.sticky) {
            return Optional.empty();
        }
        if (attributes.allows(PosixFilePermission.OTHERS_WRITE)) {
            throw new KeyFileException("anyone may put another file in the place of key file " + file
                    + ", since directory " + directory + " is open to all (" + attributes + "); use: chmod go-w "
                    + directory);
        }
        return attributes.allows(PosixFilePermission.GROUP_WRITE)
                ? Optional.of("a group may put another file in the place of key file " + file + ", since directory "
                        + directory + " is open to it (" + attributes + "); use: chmod g-w " + directory)
                : Optional.empty();
    }

    /** Why another user, or a group, may change or replace a file that isn't a key; empty if none may. */
    Optional<String> foreignAccess(Path file, Attributes attributes) {
        if (isForeign(attributes)) {
            return Optional.of("it belongs to user " + attributes.owner + ", and neither to root nor to this program's"
                    + " user " + user);
        }
        if (isWritableByOthers(attributes)) {
            return Optional.of("other users may change it (" + attributes + "); use: chmod go-w " + file);
        }
        for (Path directory : directoriesAbove(file)) {
            Attributes above = Attributes.of(directory).orElse(attributes);
            if (isForeign(above)) {
                return Optional.of("user " + above.owner + " may put another file in its place, since directory "
                        + directory + " belongs to that user");
            }
            if (!above.sticky && isWritableByOthers(above)) {
                return Optional.of("other users may put another file in its place, since directory " + directory
                        + " is open to them (" + above + "); use: chmod go-w " + directory);
            }
        }
        return Optional.empty();
    }

    private static boolean isWritableByOthers(Attributes attributes) {
        return attributes.allows(PosixFilePermission.GROUP_WRITE)
                || attributes.allows(PosixFilePermission.OTHERS_WRITE);
    }

    private boolean isForeign(Attributes attributes) {
        return !trusted.contains(attributes.owner);
    }

    /** The directories above the name, and those above the file that its links lead to. */
    private static Set<Path> directoriesAbove(Path file) {
        Set<Path> directories = new LinkedHashSet<>();
        try {
            Path name = file.toAbsolutePath().getParent();
            addAll(directories, name == null ? null : name.toRealPath());
            addAll(directories, file.toRealPath().getParent());
        } catch (IOException e) {
            // The open file has no name any more, so it can't be replaced.
        }
        return directories;
    }

    private static void addAll(Set<Path> directories, @Nullable Path lowest) {
        for (Path directory = lowest; directory != null; directory = directory.getParent()) {
            directories.add(directory);
        }
    }
}
