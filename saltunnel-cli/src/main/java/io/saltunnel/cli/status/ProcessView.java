package io.saltunnel.cli.status;

import java.util.List;
import java.util.Optional;

/** What the status server shows of the process. The server's thread asks it; no method may block. */
public interface ProcessView {

    /** Where the process is in its life. */
    enum Phase {
        /** Not all tunnels listen yet. */
        STARTING,
        /** All tunnels have been started. */
        RUNNING,
        /** The process was told to stop, and lets connections finish. */
        DRAINING
    }

    /**
     * Where it is in its life.
     *
     * @return the phase
     */
    Phase phase();

    /**
     * The tunnels of the configuration in force.
     *
     * @return each with another name
     */
    List<TunnelView> tunnels();

    /**
     * How the server of a client tunnel can be asked to prove the key.
     *
     * @param tunnel the tunnel's name
     * @return to be released by the caller; empty if there is no such client tunnel any more
     */
    Optional<ServerContact> contact(String tunnel);

    /**
     * What is doubtful about the surroundings of the process.
     *
     * @return empty if nothing is
     */
    List<ProcessWarning> warnings();

    /**
     * Whether the last reload of the configuration succeeded.
     *
     * @return empty if the process has no file to read again
     */
    Optional<Boolean> lastReloadSucceeded();

    /**
     * The memory of replays that it shares with other servers.
     *
     * @return empty if it shares none
     */
    Optional<ReplayMemoryView> replayMemory();

    /**
     * The version of the program.
     *
     * @return a number, or a few words if it isn't known
     */
    String version();
}
