package io.saltunnel.cli;

import io.saltunnel.cli.status.ProcessWarning;
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
        return warnings(protection).stream().map(ProcessWarning::text).toList();
    }

    /** The same, with the kind of each exposure. */
    static List<ProcessWarning> warnings(ProcessProtection protection) {
        List<ProcessWarning> all = new ArrayList<>(JavaOptions.ofProcess().warnings());
        if (!protection.noCoreFile().done()) {
            all.add(new ProcessWarning(
                    ProcessWarning.Kind.READABLE_MEMORY,
                    "other processes of this user may read this one's memory, and a crash may leave it in a file: "
                            + protection.noCoreFile().reason()));
        }
        return all;
    }
}
