package io.saltunnel.cli;

import io.saltunnel.core.key.KeySet;
import io.saltunnel.core.key.NamedKey;
import io.saltunnel.netty.ClientBuilder;
import io.saltunnel.netty.SaltunnelSettings;
import io.saltunnel.netty.ServerBuilder;
import io.saltunnel.netty.Tunnel;
import io.saltunnel.netty.TunnelBuilder;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.HostAndPort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The description of one tunnel, by the options of a client or a server. */
final class TunnelPlan {

    static final String LISTEN = "listen";
    static final String TO = "to";
    static final String KEY = "--key";

    private final String label;
    private final TunnelCommand command;
    private final Endpoint listen;
    private final List<Endpoint> to;
    private final Choices.Faults faults;

    /** The value of each option by its key, except the names of key files. */
    private Map<String, Object> values = Map.of();

    private TunnelPlan(String label, TunnelCommand command, Endpoint listen, List<Endpoint> to, Choices.Faults faults) {
        this.label = label;
        this.command = command;
        this.listen = listen;
        this.to = to;
        this.faults = faults;
    }

    /**
     * Reads the addresses, and the version of the protocol.
     *
     * @param label the tunnel's name in the configuration file, empty without one
     * @param command filled by picocli
     * @param faults receives what is wrong with an option, now and later
     * @return empty if an address is wrong
     */
    static Optional<TunnelPlan> of(String label, TunnelCommand command, Choices.Faults faults) {
        Choices choices = new Choices(faults);
        Optional<Endpoint> listen = choices.read(LISTEN, command.options().from, Endpoint::parse);
        Optional<List<Endpoint>> to = choices.read(TO, command.options().to, Connecting::destinations);
        choices.make("--protocol", command.protocol(), text -> checkProtocol(command.mode(), text));
        choices.make("--first-bytes", command.firstBytes(), ProtocolNames::firstBytes);
        choices.make("--revoke", command.options().revoke, Revocation::named);
        Shaping.check(command, choices, faults);
        return listen.flatMap(from -> to.map(target -> new TunnelPlan(label, command, from, target, faults)));
    }

    private static void checkProtocol(TunnelMode mode, String text) {
        if (mode == TunnelMode.CLIENT) {
            ProtocolNames.version(text);
        } else {
            ProtocolNames.accepted(text);
        }
    }

    /** Configures a builder, and reports the options that it refuses to the faults. */
    TunnelBuilder<?> configure(KeySet keys) {
        TunnelOptions options = command.options();
        Choices choices = new Choices(faults);
        TunnelBuilder<?> tunnel = begin(keys, choices)
                .label(label)
                .listen(listen)
                .maxConnections(options.maxConnections)
                .keepAlive(!options.noKeepAlive);
        Connecting.choose(options.connecting, tunnel, choices);
        choices.make("--keepalive", options.keepAlive, times -> times.chooseFor(tunnel));
        choices.make("--user-timeout", options.userTimeout, time -> tunnel.userTimeout(time.isZero() ? null : time));
        Shaping.choose(options.shaping, tunnel, choices);
        Stages.choose(options.stages, tunnel, choices);
        if (options.stages.acceptProxy && options.stages.allowFrom.isEmpty() && listen instanceof HostAndPort) {
            faults.found(
                    "--accept-proxy",
                    "a PROXY protocol header is believed, so it can't be accepted from everywhere: name the networks of"
                            + " the proxies with allow-from");
        }
        return tunnel;
    }

    /** The settings of a client's handshakes, after {@link #configure} has accepted them. */
    SaltunnelSettings clientHandshakes() {
        String name = command.options().connecting.peer.name;
        SaltunnelSettings settings = SaltunnelSettings.defaults().withName(name);
        String firstBytes = command.firstBytes();
        if (firstBytes != null) {
            settings = settings.withFirstBytes(ProtocolNames.firstBytes(firstBytes));
        }
        String protocol = command.protocol();
        return protocol == null ? settings : settings.withProtocol(ProtocolNames.version(protocol));
    }

    /** The time limit of its handshakes, or {@code most} if that is shorter or none was chosen. */
    Duration handshakeTimeout(Duration most) {
        Duration chosen = command.options().connecting.peer.handshakeTimeout;
        return chosen == null || chosen.compareTo(most) > 0 ? most : chosen;
    }

    /** Whether it has stages that this program doesn't know, which may change what a server expects. */
    boolean hasOwnStages() {
        return !command.options().stages.stages.isEmpty();
    }

    private TunnelBuilder<?> begin(KeySet keys, Choices choices) {
        return switch (command.mode()) {
            case CLIENT -> {
                ClientBuilder client = Tunnel.client(new NamedKey(keys.label(0).name(), keys.first()))
                        .servers(to);
                choices.make("--protocol", command.protocol(), text -> client.protocol(ProtocolNames.version(text)));
                choices.make(
                        "--first-bytes",
                        command.firstBytes(),
                        text -> client.firstBytes(ProtocolNames.firstBytes(text)));
                yield client;
            }
            case SERVER -> {
                ServerBuilder server = Tunnel.server(keys).targets(to);
                choices.make("--protocol", command.protocol(), text -> server.protocol(ProtocolNames.accepted(text)));
                yield server;
            }
        };
    }

    /** Keeps the value of each option, by which {@link #isSameAs} finds a change. */
    TunnelPlan withValues(Map<String, Object> all) {
        values = all.entrySet().stream()
                .filter(value -> !value.getKey().equals(KEY))
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
        return this;
    }

    /** Whether both describe the same tunnel, apart from the keys. */
    boolean isSameAs(TunnelPlan other) {
        return label.equals(other.label)
                && command.mode() == other.command.mode()
                && listen.equals(other.listen)
                && to.equals(other.to)
                && values.equals(other.values);
    }

    /**
     * Whether a running tunnel of the other plan can become this one, and keep the socket that it listens on. Both must
     * be the same side and listen on the same address. If the system chooses the port, their names must be the same
     * too.
     */
    boolean canFollow(TunnelPlan other) {
        return command.mode() == other.command.mode()
                && listen.equals(other.listen)
                && (label.equals(other.label) || !isOfAnyPort());
    }

    private boolean isOfAnyPort() {
        return listen instanceof HostAndPort tcp && tcp.port() == 0;
    }

    TunnelMode mode() {
        return command.mode();
    }

    String label() {
        return label;
    }

    /** The label, or the mode for a tunnel without one. */
    String name() {
        return label.isEmpty() ? mode().toString() : label;
    }

    Endpoint listen() {
        return listen;
    }

    List<Endpoint> to() {
        return to;
    }

    /** Where it forwards to, as on the command line. */
    String destination() {
        return to.stream().map(Endpoint::toString).collect(Collectors.joining(","));
    }

    /** Files and directories. Empty only if an unusable name was reported. */
    List<Path> keyFiles() {
        return command.options().connecting.peer.keyFiles;
    }

    Revocation revocation() {
        return Revocation.named(command.options().revoke);
    }

    int maxConnections() {
        return command.options().maxConnections;
    }

    Duration grace() {
        return command.options().grace;
    }

    Choices.Faults faults() {
        return faults;
    }

    /** The start of each message about this tunnel, if there may be several. */
    String prefix() {
        return label.isEmpty() ? "" : "tunnel " + label + ": ";
    }
}
