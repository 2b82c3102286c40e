package io.saltunnel.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The side that connects to the target. */
@Command(
        name = "server",
        customSynopsis =
                "saltunnel server [-t <timeout>] [-m <maxconns>] [OPTION]... -k <keyfile> <fromip>:<fromport> <toip>:<toport>",
        description = "Accepts encrypted connections from clients that know the key, and connects each to the target.")
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ServerCommand implements TunnelCommand, Callable<Integer> {

    @Mixin
    private TunnelOptions options;

    @Mixin
    private ProcessOptions process;

    @Mixin
    FlatFileOption flatFile;

    @Option(
            names = "--protocol",
            paramLabel = "<versions>",
            description =
                    "The versions of the protocol that clients may speak: any, 1 or 2. Default: any, or 2 with a name.")
    @Nullable
    private String protocol;

    @Spec
    private CommandSpec spec;

    @Override
    public TunnelMode mode() {
        return TunnelMode.SERVER;
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
