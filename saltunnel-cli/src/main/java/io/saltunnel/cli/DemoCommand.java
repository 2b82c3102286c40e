package io.saltunnel.cli;

import io.saltunnel.cli.demo.Demo;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Runs target, server and client together, to show that they work. */
@Command(
        name = "demo",
        description = {
            "Shows a tunnel at work on this machine, in about three seconds.",
            "",
            "Starts a target, a server and a client on loopback with a throw-away key, sends data through them, and shows what was sent beside"
                    + " what the wire carried, and the rate."
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class DemoCommand implements Callable<Integer> {

    @ParentCommand
    private SaltunnelCommand root;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        root.protectMemory();
        if (root.verbosity() == Verbosity.NORMAL) {
            Verbosity.choose(Verbosity.QUIET); // or its tunnels would warn that they share a key and a process
        }
        new Demo(spec.commandLine().getOut()).run();
        return 0;
    }
}
