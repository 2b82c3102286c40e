package io.saltunnel.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The side that applications connect to. */
@Command(
        name = "client",
        customSynopsis =
                "saltunnel client [-t <timeout>] [-m <maxconns>] [OPTION]... -k <keyfile> <fromip>:<fromport> <toip>:<toport>",
        description = "Accepts connections, and carries each through its own encrypted connection to a server.")
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ClientCommand implements TunnelCommand, Callable<Integer> {

    @Mixin
    private TunnelOptions options;

    @Mixin
    private ProcessOptions process;

    @Mixin
    FlatFileOption flatFile;

    @Option(
            names = "--protocol",
            paramLabel = "<version>",
            description = "The version of the protocol to speak: 1 or 2. Default: 2. Older servers know 1 only.")
    @Nullable
    private String protocol;

    @Spec
    private CommandSpec spec;

    @Override
    public TunnelMode mode() {
        return TunnelMode.CLIENT;
    }

    @Override
    public TunnelOptions options() {
        return options;
    }

    @Override
    public @Nullable String protocol() {
        return protocol;
    }

    @Override
    public Integer call() {
        TunnelProgram.runOne(this, process, spec.commandLine());
        return 0;
    }
}
