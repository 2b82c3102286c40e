package io.saltunnel.netty.address;

import java.net.SocketAddress;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A socket that listens already when the process starts, because a service manager has opened it: {@code systemd:web}
 * for the one with the name {@code web}. It stays open while the program is restarted, so that no connection is refused
 * meanwhile. The service manager says by {@code LISTEN_FDS}, {@code LISTEN_PID} and {@code LISTEN_FDNAMES} which sockets
 * there are. Only for listening, on Linux, with the transport epoll. Immutable: any thread may use it.
 *
 * @param name the {@code FileDescriptorName} of the socket unit, by default the unit's own name: 1 to {@value
 *     #MAX_LENGTH} printable ASCII characters without a colon, and not digits alone
 */
public record InheritedSocket(String name) implements Endpoint {
    /** The maximum length of a name, as in systemd. */
    public static final int MAX_LENGTH = 255;

    private static final String SCHEME = "systemd:";
    private static final Pattern NAME = Pattern.compile("[ -9;-~]{1," + MAX_LENGTH + "}");
    private static final Pattern PORT = Pattern.compile("[0-9]*");

    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException with a message for the user, if no socket can have this name
     */
    public InheritedSocket {
        Objects.requireNonNull(name, "name");
        if (!NAME.matcher(name).matches() || PORT.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' can't be the name of a socket of systemd: it has 1 to "
                    + MAX_LENGTH + " printable characters without a colon, and not digits alone");
        }
    }

    /** Whether a text is such a socket. With digits alone it is the port of a host named systemd. */
    static boolean isMeantBy(String text) {
        return text.startsWith(SCHEME)
                && !text.startsWith(SCHEME + "//")
                && !PORT.matcher(text.substring(SCHEME.length())).matches();
    }

    static InheritedSocket parse(String text) {
        return new InheritedSocket(text.substring(SCHEME.length()));
    }

    /**
     * Fails, because only the service manager knows the address. A tunnel that listens tells it.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public SocketAddress toSocketAddress() {
        throw new UnsupportedOperationException(this + " has the address that the service manager gave it");
    }

    /** The form that {@code Endpoint.parse} reads. */
    @Override
    public String toString() {
        return SCHEME + name;
    }
}
