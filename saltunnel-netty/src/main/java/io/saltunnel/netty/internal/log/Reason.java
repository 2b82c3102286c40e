package io.saltunnel.netty.internal.log;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Describes in plain words why something failed on a socket or with a file. Each transport has its own types and
 * prefixes, and Java's messages are often names: of a class, a host or a file.
 */
public final class Reason {
    private static final String CLOSED = "the connection was closed";
    private static final String RESET = "connection reset by the peer";
    private static final String UNKNOWN = "the system doesn't say why";
    private static final String NO_FILE = "no such file or directory";
    private static final String NO_IPV6 = "this machine has no IPv6";

    /** The native transports' prefix to the system's message. */
    private static final Pattern NATIVE_CALL =
            Pattern.compile("\\w+\\(.*?\\) failed(?: with error\\(-?\\d+\\))?: (.*)");

    /** Netty's suffix: the address. */
    private static final Pattern ADDRESS = Pattern.compile("(.*\\S): [^ ]*/[^ ]*:\\d+");

    /** The system's messages in lower case, and our words for them. */
    private static final Map<String, String> WORDS = Map.of(
            "connection reset by peer", RESET,
            "connection reset", RESET,
            "broken pipe", RESET,
            "socket is not connected", CLOSED,
            "transport endpoint is not connected", CLOSED,
            "address family not supported by protocol", NO_IPV6,
            "protocol family unavailable", NO_IPV6);

    private Reason() {}

    /**
     * Describes a failure.
     *
     * @param failure the exception; its root cause is described
     * @return a few words on one line, without quotes
     */
    public static String of(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return words(root).replaceAll("\\p{Cntrl}", "?").replace('"', '\'');
    }

    private static String words(Throwable root) {
        if (root instanceof NotYetConnectedException || root instanceof ClosedChannelException) {
            return CLOSED;
        }
        if (root instanceof UnsupportedAddressTypeException) {
            return NO_IPV6; // if the machine has no IPv6, Java's sockets are IPv4 only
        }
        if (root instanceof FileNotFoundException && root.getMessage() == null) {
            return NO_FILE; // from a native transport, for a UNIX domain socket
        }
        if (root instanceof FileSystemException file) {
            return ofFile(file);
        }
        if (root instanceof UnknownHostException) {
            return "the name does not resolve";
        }
        if (root instanceof NoRouteToHostException) {
            return "no route to host";
        }
        String message = root.getMessage();
        if (message == null || message.isBlank()) {
            return root instanceof IOException ? UNKNOWN : kindOf(root);
        }
        return root instanceof IOException ? plain(message) : message;
    }

    private static String ofFile(FileSystemException failure) {
        if (failure instanceof NoSuchFileException) {
            return NO_FILE;
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        String reason = failure.getReason();
        return reason == null || reason.isBlank() ? UNKNOWN : decapitalized(reason);
    }

    /** The name of its class as words: IllegalStateException is an illegal state. */
    private static String kindOf(Throwable failure) {
        String name = failure.getClass().getSimpleName().replaceFirst("(?<=.)(?:Exception|Error)$", "");
        return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    }

    private static String decapitalized(String text) {
        return text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
    }

    private static String plain(String message) {
        String text = message;
        Matcher call = NATIVE_CALL.matcher(text);
        if (call.matches()) {
            text = call.group(1);
        }
        Matcher address = ADDRESS.matcher(text);
        if (address.matches()) {
            text = address.group(1);
        }
        return WORDS.getOrDefault(text.toLowerCase(Locale.ROOT), decapitalized(text));
    }
}
