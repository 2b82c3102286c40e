package io.saltunnel.cli;

import java.net.URI;
import java.nio.file.Path;

/** Where replays are remembered beyond this process. */
sealed interface ReplayPlace {

    /** What distinguishes an address from the name of a file. */
    String MARK = "://";

    /**
     * A file that carries the memory from one run to the next.
     *
     * @param path its name
     */
    record InFile(Path path) implements ReplayPlace {}

    /**
     * A store that other servers share.
     *
     * @param address its address
     */
    record InStore(URI address) implements ReplayPlace {}
}
