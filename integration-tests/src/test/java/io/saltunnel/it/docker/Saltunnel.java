package io.saltunnel.it.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.output.OutputFrame.OutputType;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.containers.startupcheck.StartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.utility.DockerImageName;

/** A container of the shipped image, run by its own entry point as its own user. */
final class Saltunnel extends GenericContainer<Saltunnel> {

    /** The port that client and server listen on. */
    static final int PORT = 7000;

    private @Nullable LogFile log;

    private Saltunnel(String... arguments) {
        super(DockerImageName.parse(Images.PRODUCT));
        withCommand(arguments);
    }

    /** A command that ends by itself; {@link #start()} waits for it, and throws unless it ends with 0. */
    static Saltunnel command(String... arguments) {
        return new Saltunnel(arguments)
                .withStartupCheckStrategy(new OneShotStartupCheckStrategy().withTimeout(Duration.ofSeconds(30)));
    }

    /**
     * A client or a server; {@link #start()} waits until it listens.
     *
     * @param name names its log
     * @param logs the folder for its log
     */
    static Saltunnel running(String name, Path logs, List<String> arguments) {
        Saltunnel container = new Saltunnel(arguments.toArray(String[]::new)).waitingFor(new Listening());
        container.log = new LogFile(logs, name);
        return container;
    }

    /** Mounts a volume at {@code /keys}; an empty volume takes its owner from there. */
    Saltunnel withKeyVolume(String volume) {
        return withMounted(volume, "/keys");
    }

    /** Mounts a volume or a file from the engine's machine. */
    Saltunnel withMounted(String source, String at) {
        return withHostConfig(host -> {
            Bind[] before = Objects.requireNonNullElse(host.getBinds(), new Bind[0]);
            Bind[] with = Arrays.copyOf(before, before.length + 1);
            with[before.length] = new Bind(source, new Volume(at));
            host.withBinds(with);
        });
    }

    /** Runs a command until it ends, with any result. */
    static Outcome outcome(Consumer<Saltunnel> change, String... arguments) {
        try (var command = new Saltunnel(arguments).withStartupCheckStrategy(new Ended())) {
            change.accept(command);
            command.start();
            return new Outcome(
                    String.join(" ", arguments),
                    command.exitCode(),
                    command.getLogs(OutputType.STDOUT),
                    command.getLogs(OutputType.STDERR));
        }
    }

    /** Its exit code. */
    int exitCode() {
        return Objects.requireNonNull(inspect().getState().getExitCodeLong()).intValue();
    }

    /** Changes the container's limits and rights. */
    Saltunnel withHostConfig(Consumer<HostConfig> change) {
        return withCreateContainerCmdModifier(
                command -> change.accept(Objects.requireNonNull(command.getHostConfig())));
    }

    /** Ends it as {@code docker kill} does. */
    void kill() {
        getDockerClient().killContainerCmd(getContainerId()).exec();
        Awaitility.await().until(() -> !isRunning());
    }

    /** Stops it as {@code docker stop} does, and waits until it has ended. */
    void terminate(Duration patience) {
        getDockerClient()
                .stopContainerCmd(getContainerId())
                .withTimeout((int) patience.toSeconds())
                .exec();
    }

    /** Starts it again after its end, with its previous arguments and networks, and waits until it listens. */
    void startAgain() {
        getDockerClient().startContainerCmd(getContainerId()).exec();
        awaitListening();
    }

    void pause() {
        getDockerClient().pauseContainerCmd(getContainerId()).exec();
    }

    void unpause() {
        getDockerClient().unpauseContainerCmd(getContainerId()).exec();
    }

    void awaitListening() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(50))
                .until(this::listens);
    }

    /** Uses the image's own health check. */
    boolean listens() {
        List<String> check = Objects.requireNonNull(getDockerClient()
                .inspectImageCmd(Images.PRODUCT)
                .exec()
                .getConfig()
                .getHealthcheck()
                .getTest());
        return exec(check.subList(1, check.size()).toArray(String[]::new)).succeeded();
    }

    /** Runs a program in the container. */
    Outcome exec(String... command) {
        try {
            var result = execInContainer(command);
            return new Outcome(String.join(" ", command), result.getExitCode(), result.getStdout(), result.getStderr());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** The engine's current information about it. */
    InspectContainerResponse inspect() {
        return getDockerClient().inspectContainerCmd(getContainerId()).exec();
    }

    @Override
    protected void containerIsStopping(InspectContainerResponse container) {
        if (log != null) {
            log.keep(this);
        }
    }

    /** Satisfied once the container has ended, with any exit code. */
    private static final class Ended extends StartupCheckStrategy {

        @Override
        public StartupStatus checkStartupState(DockerClient docker, String containerId) {
            boolean running =
                    Boolean.TRUE.equals(getCurrentState(docker, containerId).getRunning());
            return running ? StartupStatus.NOT_YET_KNOWN : StartupStatus.SUCCESSFUL;
        }
    }

    private static final class Listening extends AbstractWaitStrategy {

        @Override
        protected void waitUntilReady() {
            ((Saltunnel) waitStrategyTarget).awaitListening();
        }
    }
}
