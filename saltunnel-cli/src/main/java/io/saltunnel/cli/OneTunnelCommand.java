package io.saltunnel.cli;

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

    /** Where replays are remembered beyond this process; null for a side that has none. */
    @Nullable
    ReplayOptions replays() {
        return null;
    }
}
