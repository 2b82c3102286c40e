package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The program, as its jar, and commands that end by themselves. */
final class Program {
    private static final Path JAR = Path.of(
                    System.getProperty("saltunnel.jar", "../saltunnel-cli/target/saltunnel.jar"))
            .toAbsolutePath()
            .normalize();

    private Program() {}

    /** Runs one of its commands until it ends. */
    static Finished run(String... arguments) throws IOException, InterruptedException {
        return runToEnd(command(List.of(arguments)), "");
    }

    /** Runs any command until it ends. */
    static Finished runToEnd(List<String> command, String input) throws IOException, InterruptedException {
        File out = File.createTempFile("saltunnel", ".out");
        File err = File.createTempFile("saltunnel", ".err");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(out)
                    .redirectError(err)
                    .start();
            try {
                process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
                process.getOutputStream().close();
            } catch (IOException e) {
                // It needs no input.
            }
            if (!process.waitFor(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(
                        String.join(" ", command) + " does not end; it said: " + Files.readString(err.toPath()));
            }
            return new Finished(process.exitValue(), Files.readString(out.toPath()), Files.readString(err.toPath()));
        } finally {
            Files.delete(out.toPath());
            Files.delete(err.toPath());
        }
    }

    /** The command line that starts it. */
    static List<String> command(List<String> arguments, String... jvmOptions) {
        assertThat(JAR).as("build it with: mvn -pl saltunnel-cli -am package").isRegularFile();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+DisableAttachMechanism");
        command.addAll(List.of(jvmOptions));
        command.addAll(List.of("-jar", JAR.toString()));
        command.addAll(arguments);
        return command;
    }

    /** The command line that starts it by its launcher, with more options for the virtual machine. */
    static List<String> launch(List<String> arguments, String jvmOptions) {
        List<String> command = new ArrayList<>(List.of(
                "env",
                "JAVA_HOME=" + System.getProperty("java.home"),
                "SALTUNNEL_JAVA_OPTS=" + jvmOptions,
                JAR.resolveSibling("../src/main/dist/bin/saltunnel").normalize().toString()));
        command.addAll(arguments);
        return command;
    }
}
