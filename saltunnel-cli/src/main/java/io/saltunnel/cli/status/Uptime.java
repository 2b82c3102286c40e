package io.saltunnel.cli.status;

import java.time.Duration;
import java.time.Instant;

/** Since when the process runs. */
final class Uptime {

    /** As the system says; if it doesn't, when this was first asked for. */
    static final Instant START = ProcessHandle.current().info().startInstant().orElseGet(Instant::now);

    private Uptime() {}

    static long seconds() {
        return Math.max(0, Duration.between(START, Instant.now()).toSeconds());
    }
}
