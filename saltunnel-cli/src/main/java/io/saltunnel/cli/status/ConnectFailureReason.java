package io.saltunnel.cli.status;

import java.util.regex.Pattern;

/** The kinds of failed outgoing connections. They are told apart by the words of the message, which is for people. */
enum ConnectFailureReason {
    /** Nothing listens there. */
    REFUSED("connection refused"),
    /** The time limit passed. */
    TIMED_OUT("no connection within|timed out"),
    /** The name is unknown. */
    UNRESOLVED("does not resolve|no name was looked up"),
    /** No route leads there. */
    UNREACHABLE("no route to host|unreachable|no ipv6"),
    /** A UNIX domain socket is missing. */
    NO_SUCH_FILE("no such file"),
    /** The process has no file or port left. */
    OUT_OF_FILES("too many open files|cannot assign requested address"),
    /** Anything else. */
    OTHER("");

    private final Pattern words;

    ConnectFailureReason(String words) {
        this.words = Pattern.compile(words, Pattern.CASE_INSENSITIVE);
    }

    static ConnectFailureReason of(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        for (ConnectFailureReason reason : values()) {
            if (reason.words.matcher(message).find()) {
                return reason;
            }
        }
        return OTHER;
    }
}
