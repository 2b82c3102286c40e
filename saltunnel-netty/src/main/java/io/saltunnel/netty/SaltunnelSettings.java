package io.saltunnel.netty;

import io.saltunnel.core.handshake.AcceptedVersions;
import io.saltunnel.core.handshake.Admission;
import io.saltunnel.core.handshake.ReplayWindow;
import io.saltunnel.core.handshake.TunnelName;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.netty.handshake.FailurePolicy;
import io.saltunnel.netty.internal.deadline.Timeouts;
import io.saltunnel.netty.internal.handshake.ClientProtocol;
import io.saltunnel.netty.stage.ClosePolicy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
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
    private static final SaltunnelSettings DEFAULTS = new SaltunnelSettings(
            null,
            FailurePolicy.SILENT,
            ClosePolicy.ABORT,
            TunnelName.NONE,
            null,
            null,
            InstantSource.system(),
            RandomSource.system());

    private final @Nullable Duration handshakeTimeout;
    private final FailurePolicy failurePolicy;
    private final ClosePolicy closePolicy;
    private final TunnelName name;
    private final @Nullable ProtocolVersion protocol;
    private final @Nullable AcceptedVersions acceptedVersions;
    private final InstantSource clock;
    private final RandomSource random;

    private SaltunnelSettings(
            @Nullable Duration handshakeTimeout,
            FailurePolicy failurePolicy,
            ClosePolicy closePolicy,
            TunnelName name,
            @Nullable ProtocolVersion protocol,
            @Nullable AcceptedVersions acceptedVersions,
            InstantSource clock,
            RandomSource random) {
        this.handshakeTimeout = handshakeTimeout;
        this.failurePolicy = failurePolicy;
        this.closePolicy = closePolicy;
        this.name = name;
        this.protocol = protocol;
        this.acceptedVersions = acceptedVersions;
        this.clock = clock;
        this.random = random;
    }

    /**
     * The defaults, right for almost every program: 10 s for a client's handshake and 30 s for a server's,
     * {@link FailurePolicy#SILENT}, {@link ClosePolicy#ABORT}, version 2 of the protocol for a client and both for a server,
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
     * @return a copy with it
     * @throws IllegalArgumentException if it is out of these bounds
     */
    public SaltunnelSettings withHandshakeTimeout(Duration timeout) {
        Objects.requireNonNull(timeout, "timeout");
        return new SaltunnelSettings(
                Timeouts.checked("handshake", timeout),
                failurePolicy,
                closePolicy,
                name,
                protocol,
                acceptedVersions,
                clock,
                random);
    }

    /**
     * Sets what a server does with a connection whose handshake has failed. A client always closes it.
     *
     * @param choice {@link FailurePolicy#SILENT} by default
     * @return a copy with it
     */
    public SaltunnelSettings withFailurePolicy(FailurePolicy choice) {
        Objects.requireNonNull(choice, "choice");
        return new SaltunnelSettings(
                handshakeTimeout, choice, closePolicy, name, protocol, acceptedVersions, clock, random);
    }

    /**
     * Sets what {@code close()} of a channel means to the peer, if no {@link io.saltunnel.netty.stage.EndOfStream} was
     * written before it.
     *
     * @param choice {@link ClosePolicy#ABORT} by default
     * @return a copy with it
     */
    public SaltunnelSettings withClosePolicy(ClosePolicy choice) {
        Objects.requireNonNull(choice, "choice");
        return new SaltunnelSettings(
                handshakeTimeout, failurePolicy, choice, name, protocol, acceptedVersions, clock, random);
    }

    /**
     * Sets the tunnel's name, which keeps tunnels apart that share a key: a client reaches only servers of its name. A
     * server with a name takes version 2 of the protocol only, unless {@link #withAcceptedVersions} says otherwise. Version 1
     * carries no name.
     *
     * @param text the same on both sides, byte by byte; the empty name, the default, is none
     * @return a copy with it
     * @throws IllegalArgumentException if it isn't well-formed Unicode
     * @throws IllegalStateException never, unless the hash has a defect
     */
    public SaltunnelSettings withName(String text) {
        TunnelName given = TunnelName.of(text);
        return new SaltunnelSettings(
                handshakeTimeout, failurePolicy, closePolicy, given, protocol, acceptedVersions, clock, random);
    }

    /**
     * Sets the version of the protocol that a client speaks. It never falls back to another one.
     *
     * @param version version 2 by default
     * @return a copy with it
     */
    public SaltunnelSettings withProtocol(ProtocolVersion version) {
        Objects.requireNonNull(version, "version");
        return new SaltunnelSettings(
                handshakeTimeout, failurePolicy, closePolicy, name, version, acceptedVersions, clock, random);
    }

    /**
     * Sets the versions of the protocol that a server takes.
     *
     * @param versions both by default, or only version 2 with a name
     * @return a copy with it
     */
    public SaltunnelSettings withAcceptedVersions(AcceptedVersions versions) {
        Objects.requireNonNull(versions, "versions");
        return new SaltunnelSettings(
                handshakeTimeout, failurePolicy, closePolicy, name, protocol, versions, clock, random);
    }

    /**
     * Sets the clock for the time that hellos carry and are checked against. A server treats a clock that falls behind
     * {@link System#nanoTime()} as one that was set back.
     *
     * @param source used on several threads
     * @return a copy with it
     */
    public SaltunnelSettings withClock(InstantSource source) {
        Objects.requireNonNull(source, "source");
        return new SaltunnelSettings(
                handshakeTimeout, failurePolicy, closePolicy, name, protocol, acceptedVersions, source, random);
    }

    /**
     * Sets the source of nonces and ephemeral keys.
     *
     * @param source cryptographically strong, used on several threads
     * @return a copy with it
     */
    public SaltunnelSettings withRandom(RandomSource source) {
        Objects.requireNonNull(source, "source");
        return new SaltunnelSettings(
                handshakeTimeout, failurePolicy, closePolicy, name, protocol, acceptedVersions, clock, source);
    }

    /**
     * How long a handshake may take.
     *
     * @return empty for the default, which differs between client and server
     */
    public Optional<Duration> handshakeTimeout() {
        return Optional.ofNullable(handshakeTimeout);
    }

    /**
     * What a server does with a connection whose handshake has failed.
     *
     * @return the choice
     */
    public FailurePolicy failurePolicy() {
        return failurePolicy;
    }

    /**
     * What {@code close()} of a channel means to the peer.
     *
     * @return the choice
     */
    public ClosePolicy closePolicy() {
        return closePolicy;
    }

    ClientProtocol clientProtocol() {
        return ClientProtocol.of(protocol, name);
    }

    Admission admission(ReplayWindow replays) {
        return acceptedVersions == null ? new Admission(replays, name) : new Admission(replays, name, acceptedVersions);
    }

    InstantSource clock() {
        return clock;
    }

    RandomSource random() {
        return random;
    }
}
