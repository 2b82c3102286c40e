package io.saltunnel.it.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** A container of the tools image: with services it is a target, without them it runs client programs. */
final class Tools extends GenericContainer<Tools> {

    private static final Duration DEFAULT_LIMIT = Duration.ofMinutes(2);
    private static final ExecutorService BACKGROUND = Executors.newCachedThreadPool(task -> {
        var thread = new Thread(task, "container command");
        thread.setDaemon(true);
        return thread;
    });

    private final LogFile log;

    /**
     * @param name names its log
     * @param logs the folder for its log
     * @param services the services; see {@code docker/tools/serve}
     */
    Tools(String name, Path logs, String... services) {
        super(DockerImageName.parse(Images.TOOLS));
        withCommand(services);
        withCreateContainerCmdModifier(command -> {
            // A container inside another container's network has its name as well.
            if (!Objects.requireNonNullElse(getNetworkMode(), "").startsWith("container:")) {
                command.withHostName(name);
            }
        });
        this.log = new LogFile(logs, name);
        waitingFor(Wait.forLogMessage("ready\\n", 1).withStartupTimeout(Duration.ofSeconds(60)));
    }

    /** Runs a Bash script until it ends, for at most two minutes. */
    Outcome run(String script) {
        return run(DEFAULT_LIMIT, script);
    }

    /** Runs a Bash script until it ends. */
    Outcome run(Duration limit, String script) {
        try {
            var result = execInContainer("timeout", "-k", "2", Long.toString(limit.toSeconds()), "bash", "-c", script);
            return new Outcome(script, result.getExitCode(), result.getStdout(), result.getStderr());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + script, e);
        }
    }

    /** Runs a Bash script beside the test. It ends with its container at the latest. */
    CompletableFuture<Outcome> start(String script) {
        return CompletableFuture.supplyAsync(() -> run(Duration.ofMinutes(4), script), BACKGROUND);
    }

    /** The size of a file; 0 if it doesn't exist yet. */
    long size(String file) {
        return Long.parseLong(
                run("stat -c %s " + file + " 2>/dev/null || echo 0").text());
    }

    /** The SHA-256 of a file, in hexadecimal. */
    String sha256(String file) {
        return run("sha256sum < " + file).text().substring(0, 64);
    }

    @Override
    protected void containerIsStopping(InspectContainerResponse container) {
        log.keep(this);
    }
}
