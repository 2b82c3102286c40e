package io.saltunnel.cli;

import io.saltunnel.cli.service.Supervisor;
import java.util.Optional;

/** What the process does at SIGHUP, and at a second request to stop. */
interface HangUp {

    /** Ends the program, as SIGTERM does, because there is no file to read again. */
    HangUp STOP = new HangUp() {
        @Override
        public void received(RunningTunnels running, StatusDoor status, Supervisor service, Runnable stop) {
            stop.run();
        }

        @Override
        public StopRequests stopRequests() {
            return StopRequests.ofTerminal();
        }
    };

    /**
     * Handles the signal.
     *
     * @param running the tunnels
     * @param status where their status is shown
     * @param service is told of a reload
     * @param stop begins to stop them
     */
    void received(RunningTunnels running, StatusDoor status, Supervisor service, Runnable stop);

    /** Makes the rule that distinguishes a second request to stop from the first. */
    StopRequests stopRequests();

    /** Whether the last reload succeeded; empty if there is no file to reload. */
    default Optional<Boolean> lastReloadSucceeded() {
        return Optional.empty();
    }
}
