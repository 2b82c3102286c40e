package io.saltunnel.netty.internal.transport;

import io.saltunnel.core.secret.CLibrary;
import io.saltunnel.netty.address.InheritedSocket;
import java.net.BindException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The listening sockets that a service manager has passed to this process, by the protocol of sd_listen_fds(3). They
 * stay open until the process ends: a tunnel listens on a duplicate, so that another tunnel can follow it after a reload.
 * Any thread.
 */
final class InheritedSockets {
    /** The launcher puts this before the names of the variables, so that child processes ignore them. */
    private static final String RENAMED = "SALTUNNEL_";

    /** The first descriptor that can be passed; those before are the standard streams. */
    private static final int FIRST = 3;

    /** The name of each descriptor if the service manager gives none, as in sd_listen_fds_with_names(3). */
    private static final String UNNAMED = "unknown";

    /** The name of each descriptor. */
    private final Map<Integer, String> names;

    private final Set<Integer> claimed = new HashSet<>();

    /**
     * Sockets that were passed.
     *
     * @param names the name of each descriptor
     */
    InheritedSockets(Map<Integer, String> names) {
        this.names = Map.copyOf(names);
    }

    /** Those of this process. */
    static InheritedSockets ofProcess() {
        return OfProcess.INSTANCE;
    }

    /**
     * Reads the variables.
     *
     * @param environment the environment of a process
     * @param pid the number of that process: sockets passed to another process don't count
     */
    static InheritedSockets of(Map<String, String> environment, long pid) {
        int count = value(environment, "LISTEN_PID").equals(Long.toString(pid))
                ? number(value(environment, "LISTEN_FDS"))
                : 0;
        String[] given = value(environment, "LISTEN_FDNAMES").split(":", -1);
        Map<Integer, String> names = new HashMap<>();
        for (int i = 0; i < count; i++) {
            names.put(FIRST + i, i < given.length && !given[i].isEmpty() ? given[i] : UNNAMED);
        }
        return new InheritedSockets(names);
    }

    private static String value(Map<String, String> environment, String name) {
        return environment.getOrDefault(RENAMED + name, environment.getOrDefault(name, ""));
    }

    private static int number(String text) {
        try {
            return Math.max(0, Integer.parseInt(text));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /**
     * Finds a socket by its name.
     *
     * @return a descriptor that is known to listen
     * @throws IllegalStateException if there is no such socket, or no single one; the message is for the user
     */
    int find(InheritedSocket socket) {
        List<Integer> found = names.entrySet().stream()
                .filter(each -> each.getValue().equals(socket.name()))
                .map(Map.Entry::getKey)
                .toList();
        if (found.isEmpty()) {
            throw new IllegalStateException("can't listen on " + socket + ": " + missing());
        }
        if (found.size() > 1) {
            throw new IllegalStateException("can't listen on " + socket + ": " + found.size()
                    + " sockets have this name: give each a socket unit with a FileDescriptorName of its own");
        }
        check(socket, found.get(0));
        return found.get(0);
    }

    private String missing() {
        return names.isEmpty()
                ? "no service manager has passed sockets to this process: start it by its socket unit, or name an address"
                : "there is none among the sockets that the service manager has passed, which are named "
                        + String.join(", ", new TreeSet<>(names.values()));
    }

    private static void check(InheritedSocket socket, int descriptor) {
        if (!Calls.FAILURE.isEmpty()) {
            throw new IllegalStateException("can't listen on " + socket + ": " + Calls.FAILURE);
        }
        if (option(descriptor, Calls.SO_TYPE) != Calls.SOCK_STREAM
                || option(descriptor, Calls.SO_ACCEPTCONN) != 1
                || !Calls.FAMILIES.contains(option(descriptor, Calls.SO_DOMAIN))) {
            throw new IllegalStateException("can't listen on " + socket + ": descriptor " + descriptor
                    + " is no listening stream socket: the socket unit needs ListenStream, and Accept=no");
        }
    }

    private static int option(int descriptor, int option) {
        int[] value = {-1};
        int[] length = {Integer.BYTES};
        return Calls.getsockopt(descriptor, Calls.SOL_SOCKET, option, value, length) == 0 ? value[0] : -1;
    }

    /** Whether a descriptor that was {@linkplain #find found} is a UNIX domain socket. */
    static boolean isUnix(int descriptor) {
        return option(descriptor, Calls.SO_DOMAIN) == Calls.AF_UNIX;
    }

    /**
     * Takes a socket for one tunnel.
     *
     * @param descriptor as {@linkplain #find found}
     * @return a duplicate that doesn't block, which the caller closes before it {@linkplain #release releases} the
     *     socket
     * @throws BindException if another tunnel has it, or it can't be duplicated
     */
    synchronized int claim(InheritedSocket socket, int descriptor) throws BindException {
        if (claimed.contains(descriptor)) {
            throw new BindException("can't listen on " + socket + ": another tunnel of this process does");
        }
        int flags = Calls.fcntl(descriptor, Calls.F_GETFL, 0);
        // systemd passes sockets that block, unless the unit has NonBlocking=yes.
        int duplicate = flags < 0 || Calls.fcntl(descriptor, Calls.F_SETFL, flags | Calls.O_NONBLOCK) < 0
                ? -1
                : Calls.fcntl(descriptor, Calls.F_DUPFD_CLOEXEC, FIRST);
        if (duplicate < 0) {
            throw new BindException(
                    "can't listen on " + socket + ": fcntl() failed with error " + CLibrary.lastError());
        }
        claimed.add(descriptor);
        return duplicate;
    }

    /** Returns a socket, on which another tunnel may listen then. */
    synchronized void release(int descriptor) {
        claimed.remove(descriptor);
    }

    private static final class OfProcess {
        static final InheritedSockets INSTANCE =
                of(System.getenv(), ProcessHandle.current().pid());
    }

    /** The calls of the C library, with the constants of Linux. */
    private static final class Calls {
        static final int SOL_SOCKET = 1;
        static final int SO_TYPE = 3;
        static final int SO_ACCEPTCONN = 30;
        static final int SO_DOMAIN = 39;
        static final int SOCK_STREAM = 1;
        static final int AF_UNIX = 1;
        static final int AF_INET = 2;
        static final int AF_INET6 = 10;
        static final Set<Integer> FAMILIES = Set.of(AF_UNIX, AF_INET, AF_INET6);
        static final int F_GETFL = 3;
        static final int F_SETFL = 4;
        static final int F_DUPFD_CLOEXEC = 1030;
        static final int O_NONBLOCK = 0x800;

        static final String FAILURE = CLibrary.bind(Calls.class);

        static native int getsockopt(int descriptor, int level, int option, int[] value, int[] length);

        static native int fcntl(int descriptor, int command, int argument);
    }
}
