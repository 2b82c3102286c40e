package io.saltunnel.cli;

import io.saltunnel.cli.service.Supervisor;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a running program does at each signal: SIGTERM and SIGINT end it, SIGHUP ends it or reads its file again, SIGUSR1
 * and SIGUSR2 log what it does.
 */
final class ProgramSignals {

    private static final Logger LOG = LoggerFactory.getLogger(ProgramSignals.class);

    private static final int EXIT_CODE_BASE = 128;

    private ProgramSignals() {}

    /** Handles the signals until the process ends. Those that can't be handled keep their default action. */
    static void install(RunningTunnels running, StatusDoor status, Supervisor service, HangUp hangUp) {
        StopRequests stops = hangUp.stopRequests();
        Signals.IntAction stop = number -> {
            switch (stops.next()) {
                case FIRST -> {
                    service.stopping();
                    running.stop();
                }
                case SAME -> {}
                case AGAIN -> Runtime.getRuntime().halt(EXIT_CODE_BASE + number);
            }
        };
        List.of("TERM", "INT").forEach(name -> Signals.handle(name, stop));
        Signals.handle("HUP", number -> hangUp.received(running, status, service, () -> stop.run(number)));
        List.of("USR1", "USR2").forEach(name -> Signals.handle(name, number -> Summary.log(LOG, running)));
    }
}
