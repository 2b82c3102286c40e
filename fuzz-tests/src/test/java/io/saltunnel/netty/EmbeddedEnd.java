package io.saltunnel.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.saltunnel.core.handshake.Admission;
import io.saltunnel.core.handshake.ClientProtocol;
import io.saltunnel.core.handshake.ReplayWindow;
import io.saltunnel.core.handshake.TunnelName;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.internal.accept.AcceptBudget;
import io.saltunnel.netty.internal.accept.ConnectionCap;
import io.saltunnel.netty.internal.admission.ReadBudget;
import io.saltunnel.netty.internal.admission.TunnelSlots;
import io.saltunnel.netty.internal.admission.UnauthenticatedPeers;
import io.saltunnel.netty.internal.connect.ConnectPolicy;
import io.saltunnel.netty.internal.connect.Connector;
import io.saltunnel.netty.internal.connect.Target;
import io.saltunnel.netty.internal.handshake.HandshakeSettings;
import io.saltunnel.netty.internal.handshake.HelloRules;
import io.saltunnel.netty.internal.handshake.QuietTimes;
import io.saltunnel.netty.internal.handshake.Silence;
import io.saltunnel.netty.internal.link.ClientSide;
import io.saltunnel.netty.internal.link.Generation;
import io.saltunnel.netty.internal.link.LinkContext;
import io.saltunnel.netty.internal.link.ServerAdmission;
import io.saltunnel.netty.internal.link.ServerSide;
import io.saltunnel.netty.internal.link.Side;
import io.saltunnel.netty.internal.link.StageChoice;
import io.saltunnel.netty.internal.link.TunnelRuntime;
import io.saltunnel.netty.internal.link.TunnelStages;
import io.saltunnel.netty.internal.transport.PeerAddresses;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.helpers.NOPLogger;

/**
 * One connection through a client or a server, with all handlers of a real one, from the reads to the relay, between
 * two {@link EmbeddedSocket}s.
 */
final class EmbeddedEnd implements AutoCloseable {
    enum Role {
        CLIENT,
        SERVER
    }

    private static final HostAndPort ELSEWHERE = new HostAndPort("192.0.2.1", 1);

    private static final TunnelStages NO_STAGES =
            new StageChoice().forTunnel(new EmbeddedChannel().eventLoop(), "", NOPLogger.NOP_LOGGER);

    private final Role role;
    private final ProtocolVersion version;
    private final Surroundings surroundings;
    private final Connector connector;
    private final QuietTimes quietTimes;
    private final TunnelRuntime runtime;
    private final EmbeddedSocket accepted;
    private EmbeddedSocket connected;

    /**
     * A connection that was just accepted; a client's has reached the server.
     *
     * @param version the version that a client speaks; a server takes all
     */
    EmbeddedEnd(Role role, ProtocolVersion version, Surroundings surroundings) {
        this.role = role;
        this.version = version;
        this.surroundings = surroundings;
        this.connector = new Connector(List.of(Target.of(ELSEWHERE, this::connecting)), ConnectPolicy.once(null));
        HandshakeSettings handshakes = surroundings.handshakes(role == Role.CLIENT ? 1 : 2);
        this.quietTimes = new QuietTimes(handshakes.keys(), handshakes.timeout());
        this.runtime = runtime(handshakes);
        this.accepted = new EmbeddedSocket(surroundings.buffers, new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                accepted.freezeTime();
                channel.pipeline().addLast(runtime.newLinkStarter(options -> {}));
            }
        });
        try {
            accepted.register();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        accepted.runTasks();
    }

    private EmbeddedSocket connecting() {
        connected = new EmbeddedSocket(surroundings.buffers);
        return connected;
    }

    private TunnelRuntime runtime(HandshakeSettings handshakes) {
        ReadBudget reads = new ReadBudget(() -> 0);
        Side side = role == Role.CLIENT
                ? new ClientSide(
                        NOPLogger.NOP_LOGGER,
                        handshakes.timeout(),
                        1,
                        new ClientProtocol(version, TunnelName.NONE),
                        new ConnectionCap(1))
                : new ServerSide(
                        NOPLogger.NOP_LOGGER,
                        handshakes.timeout(),
                        new Silence(quietTimes, reads),
                        HelloRules.alone(new Admission(
                                new ReplayWindow(Surroundings.NOW.getEpochSecond() - 10, 1), TunnelName.NONE)),
                        1,
                        1,
                        new ServerAdmission(
                                new AcceptBudget(1, 64),
                                new UnauthenticatedPeers(1),
                                new UnauthenticatedPeers(1),
                                new TunnelSlots(1, 1),
                                reads));
        LinkContext context = new LinkContext(NOPLogger.NOP_LOGGER, handshakes, connector, NO_STAGES, List.of());
        return new TunnelRuntime(new Generation(side, context), surroundings.buffers, surroundings.buffers::close);
    }

    EmbeddedSocket wire() {
        return role == Role.CLIENT ? connected : accepted;
    }

    /** The application's connection, or the one to the target if there is one. */
    Optional<EmbeddedSocket> plain() {
        return Optional.ofNullable(role == Role.CLIENT ? accepted : connected);
    }

    /** The time from the start of a connection until a server's FIN to a peer that doesn't prove the key. */
    Duration untilFin() {
        return quietTimes.at(PeerAddresses.localOf(accepted)).untilFin();
    }

    /** Advances the time. */
    void pass(Duration time) {
        accepted.advanceTimeBy(time.toMillis(), TimeUnit.MILLISECONDS);
        accepted.runTasks();
    }

    /** Whether both sides have ended. */
    boolean isOver() {
        return !runtime.hasLinks();
    }

    /** Drops the connection if it is still open. No message may be left, nor have reached the end of a pipeline. */
    @Override
    public void close() {
        for (EmbeddedSocket socket : new EmbeddedSocket[] {accepted, connected}) {
            if (socket != null) {
                if (!socket.inboundMessages().isEmpty()) {
                    throw new AssertionError("the relay let through " + socket.inboundMessages());
                }
                socket.sent();
                socket.finishAndReleaseAll();
                if (socket.isOpen()) { // its close is waiting, and EmbeddedChannel has cancelled all timers
                    socket.pipeline().firstContext().close();
                }
                socket.runTasks();
            }
        }
        connector.close();
        if (!isOver()) {
            throw new AssertionError("both sides are closed, but the link isn't over");
        }
    }
}
