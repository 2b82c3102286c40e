package io.saltunnel.netty.internal.admission;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How many connections the open-files limit has room for. A budget belongs to one tunnel, or to all tunnels of an
 * environment; each of those gets a share of what the tunnels before it have left. Any thread.
 */
public final class FileBudget {
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final String LIMIT_LINE = "Max open files";
    private static final long ASSUMED_LIMIT = 1024;
    private static final int RESERVE = 128;
    private static final int MIN_SHARE = 64;
    private static final int MAX_SHARE = 4096;

    private final long limit;
    private long taken;

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

    /** The files that one tunnel has taken, until its end. */
    public final class Share {
        private long files;

        private Share() {}

        /**
         * How many unauthenticated peers a server holds at once: half of the files that the tunnels, with two files
         * each, leave. The other half is for peers that are about to prove the key, that leave, or that wait for a
         * slot.
         *
         * @param maxTunnels the tunnels allowed
         * @return 64 to 4096
         */
        public int unauthenticated(int maxTunnels) {
            return clamp(left(maxTunnels) / 2);
        }

        /**
         * The most authenticated clients that may wait for a slot at once.
         *
         * @param maxTunnels the tunnels allowed
         * @return 64 to 4096
         */
        public int waiting(int maxTunnels) {
            return clamp(left(maxTunnels) / 4);
        }

        /**
         * Takes the files, even if there is no room for them.
         *
         * @param maxTunnels the tunnels allowed
         * @param others further connections of one file each, 0 or more
         * @return one line for the user that says what is wanted, what is allowed, and what to do; empty if there is
         *     room
         */
        public Optional<String> take(int maxTunnels, long others) {
            synchronized (FileBudget.this) {
                Optional<String> shortage = shortage(maxTunnels, others, taken, limit);
                files += files(maxTunnels, others);
                taken += files(maxTunnels, others);
                return shortage;
            }
        }

        /** Returns the files when the tunnel has ended. Calling it again does nothing. */
        public void giveBack() {
            synchronized (FileBudget.this) {
                taken -= files;
                files = 0;
            }
        }
    }

    private static long files(int maxTunnels, long others) {
        return 2L * maxTunnels + others;
    }

    static Optional<String> shortage(int maxTunnels, long others, long taken, long limit) {
        long wanted = taken + files(maxTunnels, others) + RESERVE;
        if (wanted <= limit) {
            return Optional.empty();
        }
        String beside = others == 0 ? "" : ", " + others + " connections that have not proved the key or wait,";
        String elsewhere = taken == 0 ? "" : ", " + taken + " files of the other tunnels";
        return Optional.of(maxTunnels + " connections at once, of two open files each" + beside + elsewhere + " and "
                + RESERVE + " files of the program's own take " + wanted + " open files, and " + limit
                + " are allowed: some connections will be reset; raise the limit with `ulimit -n " + wanted
                + "` (shell), `LimitNOFILE=" + wanted + "` (systemd) or `--ulimit nofile=" + wanted
                + "` (docker), or lower maxConnections");
    }

    private synchronized long left(int maxTunnels) {
        return limit - taken - 2L * maxTunnels - RESERVE;
    }

    private static int clamp(long share) {
        return (int) Math.max(MIN_SHARE, Math.min(MAX_SHARE, share));
    }
}
