package io.saltunnel.netty;

import io.saltunnel.core.handshake.AcceptedVersions;
import io.saltunnel.core.handshake.ClientProtocol;
import io.saltunnel.core.handshake.FirstBytes;
import io.saltunnel.core.handshake.ReplayWindows;
import io.saltunnel.core.handshake.TunnelName;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.netty.handshake.FailurePolicy;
import io.saltunnel.netty.internal.deadline.Timeouts;
import io.saltunnel.netty.internal.handshake.HelloRules;
import io.saltunnel.netty.internal.handshake.ShapeVersions;
import io.saltunnel.netty.internal.handshake.SharedReplays;
import io.saltunnel.netty.replay.ReplayMemory;
import io.saltunnel.netty.replay.WhenUnavailable;
import io.saltunnel.netty.stage.ClosePolicy;
import io.saltunnel.netty.stage.TrafficShape;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The settings of {@link SaltunnelHandlers} besides the key. Immutable: each {@code with…} returns a changed copy, and
 * any thread may use it.
 *
 * <p>For a server that doesn't hide:
 *
 * {@snippet lang="java" :
 * SaltunnelSettings settings = SaltunnelSettings.defaults()
 *         .withHandshakeTimeout(Duration.ofSeconds(5))
 *         .withFailurePolicy(FailurePolicy.CLOSE); // don't hide that this is a server
 * SaltunnelHandlers saltunnel = SaltunnelHandlers.server(key, settings);
 * }
 */
public final class SaltunnelSettings {
    private static final SaltunnelSettings DEFAULTS = new SaltunnelSettings(new Values());

    /** The values of all settings. They change only before the settings that hold them are made. */
    private static final class Values {
        @Nullable
        Duration handshakeTimeout;

        FailurePolicy failurePolicy = FailurePolicy.SILENT;
        ClosePolicy closePolicy = ClosePolicy.ABORT;
        TrafficShape shape = TrafficShape.asWritten();
        TunnelName name = TunnelName.NONE;

        @Nullable
        ProtocolVersion protocol;

        @Nullable
        AcceptedVersions acceptedVersions;

        FirstBytes firstBytes = FirstBytes.RANDOM;
        InstantSource clock = InstantSource.system();
        RandomSource random = RandomSource.system();

        @Nullable
        SharedReplays sharedReplays;

        Values() {}

        Values(Values from) {
            handshakeTimeout = from.handshakeTimeout;
            failurePolicy = from.failurePolicy;
            closePolicy = from.closePolicy;
            shape = from.shape;
            name = from.name;
            protocol = from.protocol;
            acceptedVersions = from.acceptedVersions;
            firstBytes = from.firstBytes;
            clock = from.clock;
            random = from.random;
            sharedReplays = from.sharedReplays;
        }
    }

    private final Values values;

    private SaltunnelSettings(Values values) {
        this.values = values;
    }

    private SaltunnelSettings with(Consumer<Values> change) {
        Values changed = new Values(values);
        change.accept(changed);
        return new SaltunnelSettings(changed);
    }

    /**
     * The defaults, right for almost every program: 10 s for a client's handshake and 30 s for a server's, {@link
     * FailurePolicy#SILENT}, {@link ClosePolicy#ABORT}, version 2 of the protocol for a client and both for a server,
     * and the system's clock and random numbers.
     *
     * @return the defaults
     */
    public static SaltunnelSettings defaults() {
        return DEFAULTS;
    }

    /**
     * Sets the longest time for a handshake, from the moment the channel is active.
     *
     * @param timeout from 1 ms to 365 days; a silent server adds up to the same amount again, as determined by the key
     * @return a copy with this setting
     * @throws IllegalArgumentException if it is out of these bounds
     */
    public SaltunnelSettings withHandshakeTimeout(Duration timeout) {
        Duration checked = Timeouts.checked("handshake", Objects.requireNonNull(timeout, "timeout"));
        return with(changed -> changed.handshakeTimeout = checked);
    }

    /**
     * Sets what a server does with a connection whose handshake has failed. A client always closes it.
     *
     * @param choice {@link FailurePolicy#SILENT} by default
     * @return a copy with this setting
     */
    public SaltunnelSettings withFailurePolicy(FailurePolicy choice) {
        Objects.requireNonNull(choice, "choice");
        return with(changed -> changed.failurePolicy = choice);
    }

    /**
     * Sets what {@code close()} of a channel means to the peer, if no {@link io.saltunnel.netty.stage.EndOfStream} was
     * written before it.
     *
     * @param choice {@link ClosePolicy#ABORT} by default
     * @return a copy with this setting
     */
    public SaltunnelSettings withClosePolicy(ClosePolicy choice) {
        Objects.requireNonNull(choice, "choice");
        return with(changed -> changed.closePolicy = choice);
    }

    /**
     * Sets what somebody who watches the wire can tell from the sizes and times of what this end sends, from the end of
     * the handshake on. The other end sets its own. A shape with padding needs version 2 of the protocol: a client can't
     * speak version 1, and a server accepts version 2 only. A {@code close()} of a paced channel waits up to 3 s longer
     * than earlier writes take at its pace.
     *
     * @param choice {@link TrafficShape#asWritten()} by default
     * @return a copy with this setting
     */
    public SaltunnelSettings withShape(TrafficShape choice) {
        Objects.requireNonNull(choice, "choice");
        return with(changed -> changed.shape = choice);
    }

    /**
     * Sets the tunnel's name, which separates tunnels that share a key: a client reaches only servers with its name. A
     * server with a name accepts only version 2 of the protocol, unless {@link #withAcceptedVersions} says otherwise.
     * Version 1 carries no name.
     *
     * @param text the name, byte by byte the same on both sides; the empty string, the default, means no name
     * @return a copy with this setting
     * @throws IllegalArgumentException if it isn't well-formed Unicode
     * @throws IllegalStateException never, unless the hash has a defect
     * @throws io.saltunnel.core.secret.MemoryLockException if memory for the hash must be locked and can't be
     */
    public SaltunnelSettings withName(String text) {
        TunnelName given = TunnelName.of(text);
        return with(changed -> changed.name = given);
    }

    /**
     * Sets the version of the protocol that a client speaks. It never falls back to another one.
     *
     * @param version the version; version 2 by default
     * @return a copy with this setting
     */
    public SaltunnelSettings withProtocol(ProtocolVersion version) {
        Objects.requireNonNull(version, "version");
        return with(changed -> changed.protocol = version);
    }

    /**
     * Sets the versions of the protocol that a server accepts.
     *
     * @param versions the versions; by default both, or only version 2 if there is a name
     * @return a copy with this setting
     */
    public SaltunnelSettings withAcceptedVersions(AcceptedVersions versions) {
        Objects.requireNonNull(versions, "versions");
        return with(changed -> changed.acceptedVersions = versions);
    }

    /**
     * Sets what a client's connections begin with. Every server accepts either.
     *
     * @param choice {@link FirstBytes#RANDOM} by default. {@link FirstBytes#PRINTABLE} passes firewalls that block
     *     connections whose first packet looks fully random, and makes this client's connections alike to somebody who
     *     looks for exactly that
     * @return a copy with this setting
     */
    public SaltunnelSettings withFirstBytes(FirstBytes choice) {
        Objects.requireNonNull(choice, "choice");
        return with(changed -> changed.firstBytes = choice);
    }

    /**
     * Sets the clock for the time in hellos, and for checking it. A server treats a clock that falls behind {@link
     * System#nanoTime()} as one that was set back.
     *
     * @param source the clock; several threads use it
     * @return a copy with this setting
     */
    public SaltunnelSettings withClock(InstantSource source) {
        Objects.requireNonNull(source, "source");
        return with(changed -> changed.clock = source);
    }

    /**
     * Sets the source of nonces and ephemeral keys.
     *
     * @param source a cryptographically strong source; several threads use it
     * @return a copy with this setting
     */
    public SaltunnelSettings withRandom(RandomSource source) {
        Objects.requireNonNull(source, "source");
        return with(changed -> changed.random = source);
    }

    /**
     * Shares a server's memory of replays with other servers, so that a hello that one of them has answered gets no
     * answer from this one. After a restart, this server then admits hellos from before it, too. A client ignores this.
     *
     * @param memory borrowed: the caller closes it once no handshake can begin any more
     * @param whenUnavailable what happens to a client if the memory can't be asked
     * @return a copy with this setting
     */
    public SaltunnelSettings withReplays(ReplayMemory memory, WhenUnavailable whenUnavailable) {
        SharedReplays shared = new SharedReplays(
                Objects.requireNonNull(memory, "memory"), Objects.requireNonNull(whenUnavailable, "whenUnavailable"));
        return with(changed -> changed.sharedReplays = shared);
    }

    /**
     * The longest time for a handshake.
     *
     * @return the time; empty for the default, which differs between client and server
     */
    public Optional<Duration> handshakeTimeout() {
        return Optional.ofNullable(values.handshakeTimeout);
    }

    /**
     * What a server does with a connection whose handshake has failed.
     *
     * @return the choice
     */
    public FailurePolicy failurePolicy() {
        return values.failurePolicy;
    }

    /**
     * What {@code close()} of a channel means to the peer.
     *
     * @return the choice
     */
    public ClosePolicy closePolicy() {
        return values.closePolicy;
    }

    /**
     * The shape of what this end sends.
     *
     * @return the choice
     */
    public TrafficShape shape() {
        return values.shape;
    }

    ClientProtocol clientProtocol() {
        ClientProtocol protocol = ClientProtocol.of(values.protocol, values.name, values.firstBytes);
        ShapeVersions.check(protocol.version(), values.shape);
        return protocol;
    }

    HelloRules hellos(ReplayWindows replays) {
        return HelloRules.of(
                replays,
                values.name,
                ShapeVersions.accepted(values.acceptedVersions, values.name, values.shape),
                values.sharedReplays);
    }

    InstantSource clock() {
        return values.clock;
    }

    RandomSource random() {
        return values.random;
    }
}
