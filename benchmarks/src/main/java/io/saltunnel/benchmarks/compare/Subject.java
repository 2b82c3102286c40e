package io.saltunnel.benchmarks.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * What stands between the load and the target: nothing, or two processes in a row. A subject that needs only one
 * process gets two as well, so that all paths are alike.
 *
 * @param name its name in the tables
 * @param entry the port the load connects to
 * @param commands the commands to start, in order, the last one nearest to the load
 * @param secure whether bytes between the two programs are encrypted
 */
record Subject(String name, int entry, List<List<String>> commands, boolean secure) {

    static Subject direct(int targetPort) {
        return new Subject("nothing between", targetPort, List.of(), false);
    }

    static Subject socat(Ports ports, int targetPort) {
        return new Subject(
                "socat, plain relay",
                ports.entry(),
                List.of(socat(ports.middle(), targetPort), socat(ports.entry(), ports.middle())),
                false);
    }

    private static List<String> socat(int from, int to) {
        return List.of(
                "socat",
                "-b65536",
                "TCP-LISTEN:" + from + ",bind=127.0.0.1,reuseaddr,fork,backlog=4096,nodelay",
                "TCP:127.0.0.1:" + to + ",nodelay");
    }

    static Subject haproxy(Ports ports, int targetPort, Path directory) throws IOException {
        return new Subject(
                "haproxy, plain relay",
                ports.entry(),
                List.of(
                        haproxy(directory.resolve("haproxy-server.cfg"), ports.middle(), targetPort),
                        haproxy(directory.resolve("haproxy-client.cfg"), ports.entry(), ports.middle())),
                false);
    }

    private static List<String> haproxy(Path file, int from, int to) throws IOException {
        Files.writeString(file, """
                defaults
                  mode tcp
                  timeout connect 10s
                  timeout client 1m
                  timeout server 1m
                listen compare
                  bind 127.0.0.1:%d
                  server target 127.0.0.1:%d
                """.formatted(from, to));
        return List.of("haproxy", "-f", file.toString());
    }

    static Subject plainNetty(Ports ports, int targetPort, Path java) {
        return new Subject(
                "Netty, plain relay",
                ports.entry(),
                List.of(relay(java, ports.middle(), targetPort), relay(java, ports.entry(), ports.middle())),
                false);
    }

    private static List<String> relay(Path java, int from, int to) {
        return List.of(
                java.resolve("bin/java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                PlainRelay.class.getName(),
                String.valueOf(from),
                String.valueOf(to));
    }

    static Subject saltunnel(Ports ports, int targetPort, Path launcher, Path java, String release, Path directory)
            throws IOException {
        return saltunnel(ports, targetPort, launcher, java, "saltunnel, Java " + release, List.of(), directory);
    }

    /** An older build, with its own choice of the protocol. */
    static Subject saltunnelBefore(
            Ports ports, int targetPort, Path launcher, Path java, String release, Path directory) throws IOException {
        return saltunnel(ports, targetPort, launcher, java, "saltunnel before, Java " + release, List.of(), directory);
    }

    /** An unpacked distribution, which brings its own Java. */
    static Subject saltunnelDistribution(Ports ports, int targetPort, Path root, Path java, Path directory)
            throws IOException {
        Path launcher = root.resolve("bin/saltunnel");
        return saltunnel(ports, targetPort, launcher, java, "saltunnel, distribution", List.of(), directory);
    }

    /** With a client that speaks one version of the protocol, to a server that takes both. */
    static Subject saltunnelOfProtocol(
            Ports ports, int targetPort, Path launcher, Path java, String release, String protocol, Path directory)
            throws IOException {
        String name = "saltunnel, Java " + release + ", protocol " + protocol;
        return saltunnel(ports, targetPort, launcher, java, name, List.of("--protocol", protocol), directory);
    }

    private static Subject saltunnel(
            Ports ports,
            int targetPort,
            Path launcher,
            Path java,
            String name,
            List<String> clientOptions,
            Path directory)
            throws IOException {
        Path key = secret(directory.resolve("saltunnel.key"), random(32));
        List<String> common = List.of("-q", "-m", "6000", "-k", key.toString());
        List<String> server =
                command(launcher, java, "server", common, "127.0.0.1:" + ports.middle(), "127.0.0.1:" + targetPort);
        List<String> ofClient = new ArrayList<>(common);
        ofClient.addAll(clientOptions);
        List<String> client = command(
                launcher, java, "client", ofClient, "127.0.0.1:" + ports.entry(), "127.0.0.1:" + ports.middle());
        return new Subject(name, ports.entry(), List.of(server, client), true);
    }

    private static List<String> command(
            Path launcher, Path java, String role, List<String> options, String from, String to) {
        List<String> command = new ArrayList<>(List.of("env", "JAVA_HOME=" + java, launcher.toString(), role));
        command.addAll(options);
        command.add(from);
        command.add(to);
        return command;
    }

    static Subject spiped(Ports ports, int targetPort, Path directory) throws IOException {
        Path key = secret(directory.resolve("spiped.key"), random(32));
        return new Subject(
                "spiped",
                ports.entry(),
                List.of(
                        List.of(
                                "spiped",
                                "-d",
                                "-F",
                                "-n",
                                "6000",
                                "-k",
                                key.toString(),
                                "-s",
                                "[127.0.0.1]:" + ports.middle(),
                                "-t",
                                "[127.0.0.1]:" + targetPort),
                        List.of(
                                "spiped",
                                "-e",
                                "-F",
                                "-n",
                                "6000",
                                "-k",
                                key.toString(),
                                "-s",
                                "[127.0.0.1]:" + ports.entry(),
                                "-t",
                                "[127.0.0.1]:" + ports.middle())),
                true);
    }

    static Subject stunnel(Ports ports, int targetPort, String cipher, Path directory) throws IOException {
        String id = cipher.toLowerCase(Locale.ROOT);
        byte[] psk = ("compare:" + HexFormat.of().formatHex(random(32)) + "\n").getBytes(StandardCharsets.US_ASCII);
        Path secrets = secret(directory.resolve("stunnel-" + id + ".psk"), psk);
        Path server = stunnelConfiguration(
                directory.resolve("stunnel-" + id + "-server.conf"), "no", cipher, secrets, ports.middle(), targetPort);
        Path client = stunnelConfiguration(
                directory.resolve("stunnel-" + id + "-client.conf"),
                "yes",
                cipher,
                secrets,
                ports.entry(),
                ports.middle());
        String shown = cipher.contains("AES") ? "AES-128-GCM" : "ChaCha20-Poly1305";
        return new Subject(
                "stunnel, TLS 1.3 PSK, " + shown,
                ports.entry(),
                List.of(List.of("stunnel", server.toString()), List.of("stunnel", client.toString())),
                true);
    }

    private static Path stunnelConfiguration(Path file, String client, String cipher, Path psk, int from, int to)
            throws IOException {
        return Files.writeString(file, """
                foreground = yes
                debug = err
                pid =
                socket = l:TCP_NODELAY=1
                socket = r:TCP_NODELAY=1
                [compare]
                client = %s
                accept = 127.0.0.1:%d
                connect = 127.0.0.1:%d
                sslVersion = TLSv1.3
                ciphersuites = %s
                PSKsecrets = %s
                """.formatted(client, from, to, cipher, psk));
    }

    private static Path secret(Path file, byte[] content) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.write(file, content);
    }

    /** Whether the programs it needs are installed; prints a line if not. */
    boolean isInstalled() {
        for (List<String> command : commands) {
            String program = command.get(0);
            if (Arrays.stream(System.getenv("PATH").split(":"))
                    .noneMatch(path -> Files.isExecutable(Path.of(path).resolve(program)))) {
                System.err.println(program + " is not installed, and left out");
                return false;
            }
        }
        return true;
    }

    private static byte[] random(int bytes) {
        byte[] random = new byte[bytes];
        new SecureRandom().nextBytes(random);
        return random;
    }
}
