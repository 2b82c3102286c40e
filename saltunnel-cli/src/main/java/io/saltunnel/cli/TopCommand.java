package io.saltunnel.cli;

import io.saltunnel.cli.top.StatusClient;
import io.saltunnel.cli.top.TopScreen;
import io.saltunnel.netty.address.Endpoint;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows in a terminal what a running process does. */
@Command(
        name = "top",
        description = {
            "Shows the tunnels of a running process, and their throughput, every two seconds until Ctrl-C.",
            "",
            "The process has to run with --status, or 'status' in its configuration file."
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class TopCommand implements Callable<Integer> {

    private static final long PERIOD_SECONDS = 2;

    /** To the upper left corner, and clear what follows. */
    private static final String CLEAR = "\u001b[H\u001b[J";

    @Parameters(
            arity = "0..1",
            paramLabel = "<address>",
            defaultValue = "127.0.0.1:9410",
            description = "Where its status page is: host:port, or unix:/path. Default: ${DEFAULT-VALUE}.")
    private String address;

    @Option(names = "--once", description = "Show it once, without rates, and end.")
    private boolean once;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        StatusClient client = new StatusClient(server());
        TopScreen screen = new TopScreen();
        PrintWriter out = spec.commandLine().getOut();
        long before = System.nanoTime();
        while (true) {
            String metrics = ask(client, "/metrics");
            String readiness = ask(client, "/readyz");
            long now = System.nanoTime();
            String text = screen.next(metrics, readiness, (now - before) / 1e9);
            before = now;
            out.print(once ? text : CLEAR + text);
            out.flush();
            if (once) {
                return 0;
            }
            TimeUnit.SECONDS.sleep(PERIOD_SECONDS);
        }
    }

    private Endpoint server() {
        try {
            return Endpoint.parse(address);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private String ask(StatusClient client, String path) {
        try {
            return client.get(path);
        } catch (IOException e) {
            throw new CommandFailure(
                    "can't read the status page at " + address + ": " + e.getMessage()
                            + "; does the process run with --status " + address + "?",
                    e);
        }
    }
}
