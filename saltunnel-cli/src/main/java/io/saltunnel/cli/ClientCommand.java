package io.saltunnel.cli;

import io.saltunnel.core.key.KeyFileException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The side that applications connect to. */
@Command(
        name = "client",
        customSynopsis =
                "saltunnel client [-t <timeout>] [-m <maxconns>] [OPTION]... -k <keyfile> <fromip>:<fromport> <toip>:<toport>",
        description = "Accepts connections, and carries each through its own encrypted connection to a server.")
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ClientCommand implements Callable<Integer> {

    @Mixin
    private TunnelOptions options;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws KeyFileException {
        TunnelProgram.client(options, spec.commandLine()).run();
        return 0;
    }
}
