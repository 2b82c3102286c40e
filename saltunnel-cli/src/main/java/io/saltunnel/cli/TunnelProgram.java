package io.saltunnel.cli;

import io.saltunnel.cli.doctor.SelfTest;
import io.saltunnel.core.handshake.AcceptedVersions;
import io.saltunnel.core.key.KeyFile;
import io.saltunnel.core.key.KeyFileException;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.secret.ProcessProtection;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.netty.ClientBuilder;
import io.saltunnel.netty.ServerBuilder;
import io.saltunnel.netty.Transport;
import io.saltunnel.netty.Tunnel;
import io.saltunnel.netty.TunnelBuilder;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.address.UnixPath;
import java.security.Security;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** A client or server as a process: it runs until a signal ends it. */
final class TunnelProgram {

    private static final Logger LOG = LoggerFactory.getLogger(TunnelProgram.class);
    private static final String LEAK_DETECTION = "io.netty.leakDetection.level";
    private static final String MACHINE_ID = "io.netty.machineId";

    private final TunnelOptions options;
    private final CommandLine command;
    private final Endpoint from;
    private final Endpoint to;
    private final Transport transport;
    private final BiFunction<LongTermKey, Endpoint, TunnelBuilder<?>> builder;

    private TunnelProgram(
            TunnelOptions options, CommandLine command, BiFunction<LongTermKey, Endpoint, TunnelBuilder<?>> builder) {
        this.options = options;
        this.command = command;
        this.builder = builder;
        disableNameCache();
        disableLeakDetection();
        nameNoMachine();
        try {
            this.from = Endpoint.parse(options.from);
            this.to = destination(options.to);
            this.transport = transport(options.transport);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, String.valueOf(e.getMessage()), e);
        }
    }

    /** The protocol is null for the default. */
    static TunnelProgram client(TunnelOptions options, @Nullable String protocol, CommandLine command) {
        Optional<ProtocolVersion> version = checked(protocol, ProtocolNames::version, command);
        return new TunnelProgram(options, command, (key, to) -> {
            ClientBuilder client = Tunnel.client(key).server(to);
            version.ifPresent(client::protocol);
            return client;
        });
    }

    /** The protocol is null for the default. */
    static TunnelProgram server(TunnelOptions options, @Nullable String protocol, CommandLine command) {
        Optional<AcceptedVersions> versions = checked(protocol, ProtocolNames::accepted, command);
        return new TunnelProgram(options, command, (key, to) -> {
            ServerBuilder server = Tunnel.server(key).target(to);
            versions.ifPresent(server::protocol);
            return server;
        });
    }

    private static <T> Optional<T> checked(@Nullable String text, Function<String, T> reader, CommandLine command) {
        try {
            return Optional.ofNullable(text).map(reader);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Lets every connection look up its name, so that a target with a new address is found. By default the virtual
     * machine caches an answer for half a minute, and a failure for ten seconds; the system's resolver knows better how
     * long an answer is valid. Has an effect only before the first look-up.
     */
    private static void disableNameCache() {
        // By default Java tries IPv4 first, and ignores the administrator's order.
        System.setProperty(
                "java.net.preferIPv6Addresses", System.getProperty("java.net.preferIPv6Addresses", "system"));
        Security.setProperty("networkaddress.cache.ttl", "0");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
    }

    /**
     * Turns off Netty's leak detection, which takes two stack traces for one buffer in 128, unless a level is set. The
     * tests set a level that checks every buffer. Has an effect only before the first buffer.
     */
    private static void disableLeakDetection() {
        if (System.getProperty(LEAK_DETECTION) == null) {
            System.setProperty(LEAK_DETECTION, "disabled");
        }
    }

    /**
     * Prevents Netty's search for a network card, whose address makes channel identifiers unique among machines. Nothing
     * here uses them, and on a machine without a card Netty warns. Has an effect only before the first channel.
     */
    private static void nameNoMachine() {
        if (System.getProperty(MACHINE_ID) == null) {
            System.setProperty(MACHINE_ID, "02:00:00:00:00:00:00:00");
        }
    }

    /** Returns when the tunnel has stopped after a signal. */
    void run() throws KeyFileException {
        protect();
        if (options.selfTest) {
            refuse(SelfTest.firstFailure());
            LOG.debug("the self-test passed");
        }
        if (options.requireLock) {
            ProcessProtection.requireLockedMemory();
        }
        if (!transport.isAvailable()) {
            throw new CommandFailure("the transport " + transport + " is not available here", null);
        }
        LockWatch locks = new LockWatch();
        try (LongTermKey key = loadKey()) {
            locks.begin();
            run(key, locks);
        }
    }

    private static void protect() {
        ProcessProtection protection = ProcessProtection.apply();
        LOG.debug("{}", protection);
        Exposures.despite(protection).forEach(LOG::warn);
    }

    /** Fails if the self-test has found a fault. */
    static void refuse(Optional<String> failure) {
        if (failure.isPresent()) {
            throw new CommandFailure("the self-test failed: " + failure.get(), null);
        }
    }

    private void run(LongTermKey key, LockWatch locks) {
        try (Tunnel tunnel = start(key)) {
            StopSignals.install(() -> stop(tunnel));
            LOG.info("listening on {}, forwarding to {}", tunnel.boundAddress(), to);
            LOG.debug(
                    "key {}, transport {}, at most {} connections",
                    key.fingerprint(),
                    transport.resolve(),
                    options.maxConnections);
            locks.watchUntil(tunnel.stopped());
        }
    }

    private LongTermKey loadKey() throws KeyFileException {
        KeyFile.Loaded loaded = KeyFile.load(options.keyFile);
        loaded.warning().ifPresent(LOG::warn);
        return loaded.key();
    }

    private Tunnel start(LongTermKey key) {
        TunnelBuilder<?> configured = builder.apply(key, to)
                .listen(from)
                .connectTimeout(options.connectTimeout)
                .maxConnections(options.maxConnections)
                .transport(transport)
                .keepAlive(!options.noKeepAlive);
        if (options.handshakeTimeout != null) {
            configured.handshakeTimeout(options.handshakeTimeout);
        }
        try {
            if (options.keepAlive != null) {
                options.keepAlive.chooseFor(configured);
            }
            if (options.userTimeout != null) {
                configured.userTimeout(options.userTimeout.isZero() ? null : options.userTimeout);
            }
            configured.name(ProtocolNames.checkedName(options.name));
            Stages.add(options.stages, configured);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, String.valueOf(e.getMessage()), e);
        }
        try {
            return configured.start().join();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, String.valueOf(e.getMessage()), e);
        } catch (UnsupportedOperationException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw ListenFailure.at(from, cause);
        }
    }

    private void stop(Tunnel tunnel) {
        LOG.info("stopping; connections have {} s to finish", options.grace.toMillis() / 1000.0);
        tunnel.stop(options.grace);
    }

    private static Endpoint destination(String text) {
        Endpoint endpoint = Endpoint.parse(text);
        if (endpoint instanceof UnixPath path && path.mode() != UnixPath.DEFAULT_MODE) {
            throw new IllegalArgumentException("'" + text + "' has a mode: only a path to listen on can");
        }
        if (!(endpoint instanceof HostAndPort destination)) {
            return endpoint;
        }
        if (destination.host().isEmpty()) {
            throw new IllegalArgumentException("'" + text + "' has no host to forward to");
        }
        if (destination.port() == 0) {
            throw new IllegalArgumentException(
                    "'" + text + "' has port 0: nothing can be forwarded there, only listened on");
        }
        return destination;
    }

    private static Transport transport(String name) {
        return Arrays.stream(Transport.values())
                .filter(candidate -> candidate.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + name + "' is not a transport: choose among "
                        + Arrays.stream(Transport.values())
                                .map(Transport::toString)
                                .collect(Collectors.joining(", "))));
    }
}
