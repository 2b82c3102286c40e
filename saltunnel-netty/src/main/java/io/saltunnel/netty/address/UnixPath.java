package io.saltunnel.netty.address;

import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The path of a UNIX domain socket, as users write it: {@code unix:/run/app.sock}, or {@code
 * unix:/run/app.sock;mode=0660} to listen on. Immutable: any thread may use it.
 *
 * @param path an absolute path of 1 to {@value #MAX_BYTES} bytes in UTF-8, without control characters and semicolons
 * @param mode the permissions of the file, in chmod's notation: 0 to 0777. Useful only for listening; to connect, a
 *     process needs write permission
 */
public record UnixPath(String path, int mode) implements Endpoint {
    /**
     * The maximum length of a path in bytes. Linux has room for this many and a final zero, other systems for four
     * fewer.
     */
    public static final int MAX_BYTES = 107;

    /** The default permissions: only the owner may connect. */
    public static final int DEFAULT_MODE = 0600;

    private static final int ALL_PERMISSIONS = 0777;
    private static final String SCHEME = "unix:";
    private static final Pattern MODE = Pattern.compile("mode=(0?[0-7]{3})");

    /**
     * Checks both parts.
     *
     * @throws IllegalArgumentException with a message for the user, if a socket can't have this path, or the mode is
     *     out of range
     */
    public UnixPath {
        Objects.requireNonNull(path, "path");
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("'" + path + "' is no absolute path: write unix:/path");
        }
        if (path.endsWith("/")) {
            throw new IllegalArgumentException("'" + path + "' names a directory, no socket");
        }
        if (path.indexOf(';') >= 0 || path.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("the path of a UNIX socket can't have semicolons or control characters");
        }
        checkLocale(path);
        int bytes = path.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "'" + path + "' has " + bytes + " bytes: the path of a UNIX socket has " + MAX_BYTES + " at most");
        }
        if (mode < 0 || mode > ALL_PERMISSIONS) {
            throw new IllegalArgumentException("a mode is from 0000 to 0777, not 0" + Integer.toOctalString(mode));
        }
    }

    private static void checkLocale(String path) {
        try {
            Path unused = Path.of(path);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(
                    "'" + path + "' has characters that the locale doesn't have: set LC_ALL=C.UTF-8", e);
        }
    }

    /**
     * A path with {@link #DEFAULT_MODE}.
     *
     * @param path as in the other constructor
     * @throws IllegalArgumentException if a socket can't have this path
     */
    public UnixPath(String path) {
        this(path, DEFAULT_MODE);
    }

    /** Whether a text is a path. This is unambiguous, because neither a host nor a port contains a slash. */
    static boolean isMeantBy(String text) {
        return text.startsWith(SCHEME + "/");
    }

    static UnixPath parse(String text) {
        int semicolon = text.indexOf(';');
        if (semicolon < 0) {
            return new UnixPath(text.substring(SCHEME.length()));
        }
        Matcher mode = MODE.matcher(text.substring(semicolon + 1));
        if (!mode.matches()) {
            throw new IllegalArgumentException("'" + text.substring(semicolon)
                    + "' is not understood: write ;mode= and three octal digits, as in" + " unix:/path;mode=0660");
        }
        return new UnixPath(text.substring(SCHEME.length(), semicolon), Integer.parseInt(mode.group(1), 8));
    }

    @Override
    public UnixDomainSocketAddress toSocketAddress() {
        return UnixDomainSocketAddress.of(path);
    }

    /** The form that {@code Endpoint.parse} reads. */
    @Override
    public String toString() {
        return SCHEME + path + (mode == DEFAULT_MODE ? "" : String.format(";mode=0%03o", mode));
    }
}
