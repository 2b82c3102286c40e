package io.saltunnel.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What the commands of client and server have in common: their options, and that they run one tunnel. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
abstract class OneTunnelCommand implements TunnelCommand, Callable<Integer> {

    @Mixin
    private TunnelOptions options;

    @Mixin
    private ProcessOptions process;

    @Spec
    private CommandSpec spec;

    @Override
    public final TunnelOptions options() {
        return options;
    }

    @Override
    public final Integer call() {
        LogFormat.choose(process.logFormat);
        TunnelProgram.runOne(this, process, replays(), spec.commandLine());
        return 0;
    }

    /** The file that carries the memory of replays from one run to the next; null for none. */
    @Nullable
    Path replays() {
        return null;
    }
}
