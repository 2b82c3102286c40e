package io.saltunnel.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a process, however many tunnels it has. They have plain Java types only, as in {@link TunnelOptions}. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ProcessOptions {

    @Option(
            names = "--transport",
            paramLabel = "<name>",
            defaultValue = "auto",
            description =
                    "The interface to the system's sockets: auto, epoll, io_uring, kqueue or nio. Default: ${DEFAULT-VALUE}.")
    String transport;

    @Option(
            names = "--require-mlock",
            description = "Fail, instead of warning, if keys and plaintext can't be locked in memory.")
    boolean requireLock;

    @Option(
            names = "--self-test",
            description =
                    "Check the program's cryptography at the start, as doctor does, and refuse to run if it is wrong.")
    boolean selfTest;

    @Option(
            names = "--status",
            paramLabel = "<address>",
            description =
                    "Serve a status page at this address, with /livez, /readyz and /metrics: 127.0.0.1:9410, or unix:/path. Default: none.")
    @Nullable
    String status;

    @Option(
            names = "--log-format",
            paramLabel = "<format>",
            converter = LogFormatConverter.class,
            defaultValue = LogFormatConverter.AUTO,
            description =
                    "How log lines are written: text, journal (with priorities and without times), json, or auto: journal if systemd's journal reads them, otherwise text. Default: ${DEFAULT-VALUE}.")
    LogFormat logFormat;
}
