package io.saltunnel.cli;

import io.saltunnel.cli.config.FileErrors;
import io.saltunnel.core.handshake.HeapShare;
import io.saltunnel.core.handshake.ReplayFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What this process takes over from the one before it, and leaves to the next one: which hellos were admitted. */
final class ReplayHandover implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ReplayHandover.class);

    private final @Nullable Path path;
    private final @Nullable ReplayFile file;

    private ReplayHandover(@Nullable Path path, @Nullable ReplayFile file) {
        this.path = path;
        this.file = file;
    }

    /**
     * Takes over what is in a file. Call it before a tunnel is started.
     *
     * @param path null for a process that remembers nothing
     * @throws CommandFailure if the file can't be used
     */
    static ReplayHandover open(@Nullable Path path) {
        if (path == null) {
            return new ReplayHandover(null, null);
        }
        try {
            ReplayFile file = ReplayFile.open(path, InstantSource.system(), System::nanoTime, HeapShare.hellos(1));
            switch (file.found()) {
                case WINDOWS -> LOG.debug("{}: knows the hellos of the last run", path);
                case NOTHING -> LOG.debug("{}: nothing is known of an earlier run", path);
                case UNUSABLE ->
                    LOG.warn(
                            "{} is damaged, or older than the start of this machine: clients that connected before now get no answer",
                            path);
            }
            return new ReplayHandover(path, file);
        } catch (IOException e) {
            throw new CommandFailure("cannot use the file for replays: " + path + ": " + FileErrors.reason(e), e);
        }
    }

    /** Leaves it to the next run. Call it when all tunnels have ended. */
    @Override
    public void close() {
        if (file == null) {
            return;
        }
        try {
            file.close();
        } catch (IOException e) {
            LOG.warn(
                    "cannot write {}: {}; clients that connect before the next start will get no answer",
                    path,
                    FileErrors.reason(e));
        }
    }
}
