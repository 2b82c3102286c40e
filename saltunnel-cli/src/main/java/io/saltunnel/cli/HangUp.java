package io.saltunnel.cli;

/** What the process does at SIGHUP. */
interface HangUp {

    /** Ends the program, as other signals do: there is no file to read again. */
    HangUp STOP = (running, stop) -> stop.run();

    /**
     * Handles the signal.
     *
     * @param running the tunnels
     * @param stop begins to stop them
     */
    void received(RunningTunnels running, Runnable stop);
}
