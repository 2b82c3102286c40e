package io.saltunnel.it.docker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.testcontainers.DockerClientFactory;

/**
 * Builds the images by the same scripts that people use. Fast if nothing changed, because the engine keeps the layers.
 */
final class Images {

    /** Saltunnel as it ships: built from this tree, or the image that {@code -Dsaltunnel.image} names. */
    static final String PRODUCT = System.getProperty("saltunnel.image", "saltunnel:local");
    /** The base of both images. */
    static final String BASE = "debian:bookworm-slim";
    /** Real servers and real clients, and tcpdump. */
    static final String TOOLS = "saltunnel-tools:local";

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private Images() {}

    static void build() {
        if (System.getProperty("saltunnel.image") == null) {
            run("docker/build", PRODUCT);
        }
        run("docker/tools-image", TOOLS);
    }

    private static void run(String script, String tag) {
        var process = new ProcessBuilder(ROOT.resolve(script).toString(), tag)
                .directory(ROOT.toFile())
                .redirectErrorStream(true);
        // The engine that Testcontainers found.
        process.environment()
                .put(
                        "DOCKER_HOST",
                        DockerClientFactory.instance()
                                .getTransportConfig()
                                .getDockerHost()
                                .toString());
        try {
            Process running = process.start();
            String output = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (running.waitFor() != 0) {
                throw new IllegalStateException(script + " failed:\n" + output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(script + " was interrupted", e);
        }
    }
}
