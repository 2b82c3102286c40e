package io.saltunnel.cli;

import io.saltunnel.cli.demo.Demo;
import io.saltunnel.cli.demo.LiveLine;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Runs target, server and client together, to show that they work. */
@Command(
        addMethodSubcommands = false,
        name = "demo",
        description = {
            "Shows a tunnel at work on this machine, in about three seconds.",
            "",
            "Starts a target, a server and a client on loopback with a throw-away key, sends data through them, and shows what was sent beside"
                    + " what the wire carried, and the rate. Ends with the three commands that set up a tunnel."
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class DemoCommand implements Callable<Integer> {

    /** The script at the top of the repository sets this to its own name. */
    private static final String NAME = "SALTUNNEL_NAME";

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
        PrintWriter out = spec.commandLine().getOut();
        LiveLine live = root.streams().shown() ? LiveLine.on(out) : LiveLine.none(out);
        new Demo(out, live, programName(System.getenv(NAME))).run();
        return 0;
    }

    /** Returns the name that the user typed, unless it is long or no name. */
    static String programName(@Nullable String typed) {
        return typed != null && typed.matches("[A-Za-z0-9./_-]{1,12}") ? typed : "saltunnel";
    }
}
