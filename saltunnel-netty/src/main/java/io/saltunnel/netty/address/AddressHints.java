package io.saltunnel.netty.address;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Explains texts that are often written in place of an address. */
final class AddressHints {
    private static final String UNIX = "unix:";
    private static final Pattern URL = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://(?:[^/@]*@)?([^/?#]*).*");
    private static final Pattern WITH_PORT = Pattern.compile(".*[^:]:[0-9]+");
    private static final Pattern PORT = Pattern.compile("[0-9]+");

    private AddressHints() {}

    /**
     * Refuses URLs and paths, with what would be right.
     *
     * @param text to become an address; not {@code unix:} and an absolute path
     * @throws IllegalArgumentException with a message for the user
     */
    static void check(String text) {
        Matcher url = URL.matcher(text);
        if (url.matches()) {
            String host = url.group(2);
            throw new IllegalArgumentException("'" + text + "' is a URL: write host and port alone, without "
                    + url.group(1) + "://" + (WITH_PORT.matcher(host).matches() ? ", as in " + host : ""));
        }
        if (text.startsWith("/")) {
            throw new IllegalArgumentException(
                    "'" + text + "' is a path: write unix:" + text + " for a UNIX domain socket");
        }
        if (text.startsWith(UNIX)
                && !PORT.matcher(text.substring(UNIX.length())).matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' names no UNIX domain socket: write its whole path, as in unix:/run/app.sock");
        }
    }
}
