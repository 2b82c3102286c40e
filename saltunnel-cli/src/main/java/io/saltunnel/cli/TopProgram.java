package io.saltunnel.cli;

import io.saltunnel.cli.top.StatusClient;
import io.saltunnel.cli.top.TopScreen;
import io.saltunnel.netty.address.Endpoint;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * The work of {@code saltunnel top}. It is apart from the command, because picocli looks at the methods of every command
 * at each start, which loads the classes they name.
 */
final class TopProgram {

    private static final long PERIOD_SECONDS = 2;

    /** To the upper left corner, and clear what follows. */
    private static final String CLEAR = "\u001b[H\u001b[J";

    private TopProgram() {}

    /**
     * Shows it once, or again and again until the process ends.
     *
     * @param address of the status page
     * @return the exit code
     */
    static int show(String address, boolean once, CommandLine command) throws IOException, InterruptedException {
        StatusClient client = new StatusClient(server(address, command));
        TopScreen screen = new TopScreen();
        PrintWriter out = command.getOut();
        long before = System.nanoTime();
        while (true) {
            String metrics = ask(client, address, "/metrics");
            String readiness = ask(client, address, "/readyz");
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

    private static Endpoint server(String address, CommandLine command) {
        try {
            return StatusPlan.address(address);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, String.valueOf(e.getMessage()), e);
        }
    }

    private static String ask(StatusClient client, String address, String path) {
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
