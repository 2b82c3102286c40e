package io.saltunnel.cli;

import io.saltunnel.core.secret.ProcessProtection;
import java.util.ArrayList;
import java.util.List;

/** The ways in which other processes can see a key that this process handles, in spite of its protection. */
final class Exposures {

    private Exposures() {}

    /**
     * Lists the exposures that remain.
     *
     * @param protection the protection that is in force
     * @return one line each: what others can do, and the remedy
     */
    static List<String> despite(ProcessProtection protection) {
        List<String> lines = new ArrayList<>(JavaOptions.ofProcess().exposures());
        if (!protection.noCoreFile().done()) {
            lines.add("other processes of this user may read this one's memory, and a crash may leave it in a file: "
                    + protection.noCoreFile().reason());
        }
        return lines;
    }
}
