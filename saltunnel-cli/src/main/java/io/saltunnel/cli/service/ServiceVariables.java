package io.saltunnel.cli.service;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the environment says about the service manager. Immutable.
 *
 * <p>The launcher puts {@value #PREFIX} before the names, so that a process which this one starts doesn't take itself
 * for the service. Without the launcher, the names are systemd's own.
 *
 * @param notifySocket the address of the service manager's socket, as in sd_notify(3); empty if there is none
 * @param watchdog the time without a sign of life after which the service manager ends this process; empty for none
 */
record ServiceVariables(Optional<String> notifySocket, Optional<Duration> watchdog) {

    private static final String PREFIX = "SALTUNNEL_";

    /**
     * Reads them.
     *
     * @param environment the environment of this process
     * @param pid the number of this process: a watchdog for another process doesn't count
     */
    static ServiceVariables of(Map<String, String> environment, long pid) {
        Optional<String> socket = value(environment, "NOTIFY_SOCKET");
        boolean mine = value(environment, "WATCHDOG_PID")
                .map(watched -> watched.equals(Long.toString(pid)))
                .orElse(true);
        Optional<Duration> watchdog = value(environment, "WATCHDOG_USEC")
                .filter(text -> mine && socket.isPresent())
                .flatMap(ServiceVariables::micros);
        return new ServiceVariables(socket, watchdog);
    }

    private static Optional<String> value(Map<String, String> environment, String name) {
        @Nullable String renamed = environment.get(PREFIX + name);
        return Optional.ofNullable(renamed == null ? environment.get(name) : renamed)
                .filter(text -> !text.isEmpty());
    }

    private static Optional<Duration> micros(String text) {
        try {
            long micros = Long.parseLong(text);
            return micros > 0 ? Optional.of(Duration.of(micros, ChronoUnit.MICROS)) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
