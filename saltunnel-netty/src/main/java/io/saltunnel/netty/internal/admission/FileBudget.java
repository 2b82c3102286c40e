package io.saltunnel.netty.internal.admission;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How many connections the open-files limit has room for. A budget belongs to one tunnel, or to all tunnels of an
 * environment. Each tunnel takes two files for each connection that it may tunnel. The servers divide the rest evenly,
 * for connections that are not tunnelled yet: a server that starts later makes the parts of the others smaller, so that
 * no server has more because it came first. Any thread.
 */
public final class FileBudget {
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final String LIMIT_LINE = "Max open files";
    private static final long ASSUMED_LIMIT = 1024;
    private static final int RESERVE = 128;
    private static final int MIN_ROOM = 64;
    private static final int MAX_ROOM = 4096;

    private final long limit;

    /** Guarded by this, and so is what they hold. */
    private final Set<Share> shares = new LinkedHashSet<>();

    /** The budget of this process, with nothing taken yet. */
    public FileBudget() {
        this(limit());
    }

    FileBudget(long limit) {
        this.limit = limit;
    }

    /**
     * The process's limit of open files.
     *
     * @return the soft limit, or 1024 if it can't be determined
     */
    static long limit() {
        try {
            for (String line : Files.readAllLines(LIMITS, StandardCharsets.US_ASCII)) {
                if (line.startsWith(LIMIT_LINE)) {
                    String soft = line.substring(LIMIT_LINE.length()).strip().split("\\s+", 2)[0];
                    return soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft);
                }
            }
        } catch (IOException | NumberFormatException e) {
            // Not Linux, or an unknown format: the default applies.
        }
        return ASSUMED_LIMIT;
    }

    /**
     * Begins a tunnel's share.
     *
     * @return a share of nothing yet
     */
    public Share newShare() {
        return new Share();
    }

    /**
     * How many connections a server may hold beside those that it tunnels.
     *
     * @param unauthenticated those that have not proved the key: half of the server's part, 64 to 4096, or what the
     *     server was told
     * @param waiting those that have proved it and wait for a slot: a quarter of the part, 64 to 4096. The last quarter
     *     is for connections that leave
     */
    public record Room(int unauthenticated, int waiting) {
        /** What every server has, whatever is left. */
        public static final Room LEAST = new Room(MIN_ROOM, MIN_ROOM);

        private static final Room NONE = new Room(0, 0);

        long files() {
            return (long) unauthenticated + waiting;
        }

        /** As {@code equals}, whose code Java makes at its first call, for some 15 ms of a program's start. */
        private boolean isSame(Room other) {
            return unauthenticated == other.unauthenticated && waiting == other.waiting;
        }
    }

    /** Is told that a server's room has changed. */
    @FunctionalInterface
    public interface RoomListener {
        /**
         * Applies the room. Must not call the budget.
         *
         * @param room from now on
         */
        void changed(Room room);
    }

    /** The files that one tunnel has taken, until its end. */
    public final class Share {
        private int maxTunnels;
        private int unauthenticated;
        private Room room = Room.NONE;
        private RoomListener listener = changed -> {};

        private Share() {}

        /**
         * Takes the files of a client, even if there is no room for them, instead of what the share took before.
         *
         * @param maxConnections the connections allowed
         * @return one line for the user that says what is wanted, what is allowed, and what to do; empty if there is
         *     room
         */
        public Optional<String> take(int maxConnections) {
            synchronized (FileBudget.this) {
                maxTunnels = maxConnections;
                room = Room.NONE;
                shares.add(this);
                divide();
                return shortage(this);
            }
        }

        /**
         * Takes the files of a server, as {@link #take} does, and a part of what the tunnels leave.
         *
         * @param maxTunnels the tunnels allowed
         * @param maxUnauthenticated the connections that may not have proved the key; 0 for a part of what is left
         * @param rooms is told the room at once, on this thread, and whenever it changes, on any thread
         * @return as of the other method
         */
        public Optional<String> take(int maxTunnels, int maxUnauthenticated, RoomListener rooms) {
            synchronized (FileBudget.this) {
                this.maxTunnels = maxTunnels;
                this.unauthenticated = maxUnauthenticated;
                this.room = new Room(Math.max(maxUnauthenticated, MIN_ROOM), MIN_ROOM);
                this.listener = changed -> {};
                shares.add(this);
                divide();
                listener = rooms;
                rooms.changed(room);
                return shortage(this);
            }
        }

        /** Returns the files when the tunnel has ended. Calling it again does nothing. */
        public void giveBack() {
            synchronized (FileBudget.this) {
                if (shares.remove(this)) {
                    divide();
                }
            }
        }

        private boolean isOfServer() {
            return !room.isSame(Room.NONE);
        }

        private void limit(long part) {
            Room next = new Room(unauthenticated > 0 ? unauthenticated : clamp(part / 2), clamp(part / 4));
            if (!next.isSame(room)) {
                room = next;
                listener.changed(next);
            }
        }
    }

    private void divide() {
        long left = limit - RESERVE;
        int servers = 0;
        for (Share share : shares) {
            left -= 2L * share.maxTunnels + share.unauthenticated;
            servers += share.isOfServer() ? 1 : 0;
        }
        for (Share share : shares) {
            if (share.isOfServer()) {
                share.limit(left / servers);
            }
        }
    }

    private Optional<String> shortage(Share share) {
        long elsewhere = 0;
        for (Share other : shares) {
            elsewhere += other == share ? 0 : 2L * other.maxTunnels + other.room.files();
        }
        return shortage(share.maxTunnels, share.room.files(), elsewhere, limit);
    }

    static Optional<String> shortage(int maxTunnels, long others, long elsewhere, long limit) {
        long wanted = 2L * maxTunnels + others + elsewhere + RESERVE;
        if (wanted <= limit) {
            return Optional.empty();
        }
        List<String> parts = new ArrayList<>(List.of(maxTunnels + " connections at once, of two open files each"));
        if (others > 0) {
            parts.add(others + " connections that have not proved the key or wait");
        }
        if (elsewhere > 0) {
            parts.add(elsewhere + " files of the other tunnels");
        }
        return Optional.of(String.join(", ", parts) + " and " + RESERVE + " files of the program's own take " + wanted
                + " open files, and " + limit
                + " are allowed: some connections will be reset; raise the limit with `ulimit -n " + wanted
                + "` (shell), `LimitNOFILE=" + wanted + "` (systemd) or `--ulimit nofile=" + wanted
                + "` (docker), or lower maxConnections");
    }

    private static int clamp(long part) {
        return (int) Math.max(MIN_ROOM, Math.min(MAX_ROOM, part));
    }
}
