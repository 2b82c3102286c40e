package io.saltunnel.netty.internal.admission;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** How many connections the open-files limit has room for. */
public final class OpenFiles {
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final String LIMIT_LINE = "Max open files";
    private static final long ASSUMED_LIMIT = 1024;
    private static final int RESERVE = 128;
    private static final int MIN_SHARE = 64;
    private static final int MAX_SHARE = 4096;

    private OpenFiles() {}

    /**
     * The process's limit of open files.
     *
     * @return the soft limit, or 1024 where it can't be known
     */
    public static long limit() {
        try {
            for (String line : Files.readAllLines(LIMITS, StandardCharsets.US_ASCII)) {
                if (line.startsWith(LIMIT_LINE)) {
                    String soft = line.substring(LIMIT_LINE.length()).strip().split("\\s+", 2)[0];
                    return soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft);
                }
            }
        } catch (IOException | NumberFormatException e) {
            // Not Linux, or in an unknown format: the default applies.
        }
        return ASSUMED_LIMIT;
    }

    /**
     * How many strangers a server takes in at once: half of what is left beside the tunnels, which need two files each.
     * The other half is for those that are about to prove the key, leave, or wait for a tunnel's slot.
     *
     * @param maxTunnels the tunnels allowed
     * @return 64 to 4096
     */
    public static int strangers(int maxTunnels) {
        return clamp(left(maxTunnels) / 2);
    }

    /**
     * The most authenticated clients that may wait for a slot at once.
     *
     * @param maxTunnels the tunnels allowed
     * @return 64 to 4096
     */
    public static int waiting(int maxTunnels) {
        return clamp(left(maxTunnels) / 4);
    }

    /**
     * Whether the limit has room for everybody, in words for the user.
     *
     * @param maxTunnels the tunnels allowed
     * @param others further connections of one file each, 0 or more
     * @return one line that says what is wanted, what is allowed, and what to do; empty if there is room
     */
    public static Optional<String> shortage(int maxTunnels, long others) {
        return shortage(maxTunnels, others, limit());
    }

    static Optional<String> shortage(int maxTunnels, long others, long limit) {
        long wanted = 2L * maxTunnels + others + RESERVE;
        if (wanted <= limit) {
            return Optional.empty();
        }
        String beside = others == 0 ? "" : ", " + others + " connections that have not proved the key or wait,";
        return Optional.of(maxTunnels + " connections at once, of two open files each" + beside + " and " + RESERVE
                + " files of the program's own take " + wanted + " open files, and " + limit
                + " are allowed: some connections will be reset; raise the limit with `ulimit -n " + wanted
                + "` (shell), `LimitNOFILE=" + wanted + "` (systemd) or `--ulimit nofile=" + wanted
                + "` (docker), or lower maxConnections");
    }

    private static long left(int maxTunnels) {
        return limit() - 2L * maxTunnels - RESERVE;
    }

    private static int clamp(long share) {
        return (int) Math.max(MIN_SHARE, Math.min(MAX_SHARE, share));
    }
}
