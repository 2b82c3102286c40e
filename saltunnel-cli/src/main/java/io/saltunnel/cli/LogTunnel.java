package io.saltunnel.cli;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.List;
import java.util.Optional;

/** The tunnel of a log line, by the name of its logger. One thread at a time. */
final class LogTunnel extends ClassicConverter {

    private static final List<String> SIDES = List.of("io.saltunnel.client.", "io.saltunnel.server.");

    /** The tunnel's name; empty if the line is about no tunnel, or about one without a name. */
    static Optional<String> of(ILoggingEvent event) {
        String logger = event.getLoggerName();
        return SIDES.stream()
                .filter(logger::startsWith)
                .map(side -> logger.substring(side.length()))
                .findAny();
    }

    /** The start of the line, as in {@link TunnelPlan#prefix}. */
    @Override
    public String convert(ILoggingEvent event) {
        return of(event).map(tunnel -> "tunnel " + tunnel + ": ").orElse("");
    }
}
