package io.saltunnel.netty.internal.link;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipelineException;
import io.netty.util.concurrent.Future;
import io.saltunnel.core.key.KeyLabel;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.internal.abort.Abort;
import io.saltunnel.netty.internal.connect.Target;
import io.saltunnel.netty.internal.log.Reason;
import io.saltunnel.netty.internal.log.Seconds;
import io.saltunnel.netty.internal.order.ConnectOrder;
import io.saltunnel.netty.internal.relay.Relay;
import io.saltunnel.netty.internal.stage.ProxiedConnection;
import io.saltunnel.netty.internal.transport.PeerAddresses;
import io.saltunnel.netty.stage.ConnectionSummary;
import io.saltunnel.netty.stage.ConnectionSummary.Outcome;
import io.saltunnel.netty.stage.TunnelConnection;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One accepted connection and its outgoing one, from its start to the end of both sides. Runs on the event loop of the
 * accepted channel.
 */
abstract class Link implements TunnelLink, Relay.Listener, TunnelConnection, ProxiedConnection {
    private static final AtomicLong LAST_ID = new AtomicLong();

    final LinkContext tunnel;
    final Channel accepted;
    final Relay relay;
    final TunnelPipeline pipeline;
    final ConnectOrder.Turn turn;
    final long acceptedAtNanos = System.nanoTime();
    private final long id = LAST_ID.incrementAndGet();
    private final Consumer<? super TunnelLink> ended;
    private volatile SocketAddress peer;
    private volatile SocketAddress local;
    private Consumer<ConnectionSummary> endListener = summary -> {};
    private Runnable heldUntilEnd = () -> {};
    private State state = new State.Bare(Progress.ACCEPTED);

    /** The target of the outgoing connection. */
    private volatile @Nullable Target destination;

    /** The index of the proved key among the keys of its settings; -1 before the proof. */
    private int keyIndex = -1;

    Link(LinkContext tunnel, Channel accepted, Consumer<? super TunnelLink> ended) {
        this.tunnel = tunnel;
        this.accepted = accepted;
        this.turn = ConnectOrder.turnOf(accepted);
        this.peer = PeerAddresses.peerOf(accepted);
        this.local = PeerAddresses.localOf(accepted);
        this.ended = ended;
        this.relay = new Relay(tunnel.counters.plainBytes, tunnel.counters.wireBytes, this);
        this.pipeline = new TunnelPipeline(relay, tunnel.stages, this);
    }

    /** Assembles the accepted channel's pipeline. */
    abstract void assembleAccepted();

    /** The connection is established, and every stage has let it pass. */
    abstract void begin();

    /**
     * The system was told to connect, so later connections of the order may follow. Called again when the connection is
     * made or has failed.
     */
    abstract void connectBegun();

    /** The outgoing connection is made. Its pipeline is empty. */
    abstract void connected(Channel channel);

    // ---- from step to step

    final State state() {
        return state;
    }

    final Progress progress() {
        return state.progress();
    }

    final boolean isOver() {
        return progress() == Progress.ENDED;
    }

    /** Enters the next state, and releases the resources of the state before. */
    final void enter(State next) {
        State before = state;
        state = next;
        before.release();
    }

    final void enter(Progress next) {
        enter(new State.Bare(next));
    }

    /** Enters the next state, which takes over the resources of the state before. */
    final void become(State next) {
        state = next;
    }

    /** The connection can't be joined any more; it may end later. */
    final void fail(Outcome outcome, Throwable cause) {
        become(new State.Failed(state, outcome, cause));
    }

    /** Sets what the link releases when it ends, independent of its state. */
    final void holdUntilEnd(Runnable release) {
        heldUntilEnd = release;
    }

    @Override
    public final void accept() {
        if (assemble(accepted, this::assembleAccepted)) {
            accepted.pipeline().addLast("start", new StartHandler(this::begin));
        }
    }

    @Override
    public final void turnAway() {
        Abort.reset(accepted);
        relay.abort(null);
    }

    /** Runs the assembly of a pipeline. Stages are foreign code: if it fails, the link ends. */
    final boolean assemble(Channel channel, Runnable assembly) {
        try {
            assembly.run();
            return true;
        } catch (RuntimeException | Error e) {
            tunnel.stageError.error(tunnel.log, "{}: a pipeline can't be assembled", peerName(), e);
            fail(Outcome.ABANDONED, e);
            Abort.reset(channel);
            relay.abort(null);
            return false;
        }
    }

    /** Makes the outgoing connection, because the link's turn has come. */
    final void connect() {
        if (isOver()) {
            turn.done(); // the turn may have been renewed after the link's end
            return;
        }
        await(tunnel.connector.connect(accepted.eventLoop(), this::connectBegun));
    }

    /** Makes another outgoing connection, because the targets tried so far weren't what they should be. */
    final void connectInPlaceOf(List<Target> tried) {
        destination = null;
        await(tunnel.connector.connectInPlaceOf(tried, accepted.eventLoop(), this::connectBegun));
    }

    private void await(Future<Channel> connection) {
        enter(new State.Connecting(connection));
        connection.addListener(this::connectEnded);
    }

    private void connectEnded(Future<? super Channel> connection) {
        if (!connection.isSuccess()) {
            connectFailed(connection.cause());
        } else if (isOver()) {
            Abort.reset((Channel) connection.getNow()); // after FIN alone, a server would wait for a hello
        } else {
            destination = Target.of((Channel) connection.getNow()).orElse(null);
            connected((Channel) connection.getNow());
        }
    }

    private void connectFailed(Throwable cause) {
        if (!isOver()) {
            tunnel.events.connectFailed(cause);
            fail(Outcome.CONNECT_FAILED, cause);
            tunnel.connectWarning.warn(tunnel.log, "{}: {}", peerName(), cause.getMessage());
            relay.abort(cause);
        }
    }

    final void handshakeFailed(HandshakeFailedException cause) {
        tunnel.events.handshakeFailed(cause);
        fail(Outcome.HANDSHAKE_FAILED, cause);
    }

    /** The target of the outgoing connection, once there is one. */
    final Optional<Target> destination() {
        return Optional.ofNullable(destination);
    }

    /** Lets the target of the outgoing connection rest, because it isn't what it should be. */
    final void destinationFailed() {
        if (destination != null) {
            destination.failed();
        }
    }

    final void join() {
        if (!isOver()) {
            if (destination != null) {
                destination.worked();
            }
            enter(Progress.JOINED);
            if (tunnel.log.isDebugEnabled()) {
                tunnel.log.debug("{}: open, to {}", peerName(), target());
            }
            tunnel.events.joinedSince(acceptedAtNanos);
            relay.start();
        }
    }

    /** Runs a task on the link's event loop, from any thread. If that loop has ended, the tunnel cleans up the link. */
    final void onItsLoop(Runnable task) {
        try {
            accepted.eventLoop().execute(task);
        } catch (RejectedExecutionException e) {
            tunnel.log.trace("{}: its event loop has ended", accepted);
        }
    }

    @Override
    public final void resetUnlessJoined() {
        onItsLoop(() -> {
            if (progress() != Progress.JOINED) {
                relay.abort(null);
            }
        });
    }

    @Override
    public final void reset() {
        onItsLoop(this::cutOff);
    }

    /**
     * Call this when the peer has proved the key with this index. Returns false if the connection is over, or is reset
     * because that key is revoked.
     */
    final boolean provedKey(int index, long sinceNanos) {
        if (isOver()) {
            return false;
        }
        keyIndex = index;
        tunnel.events.provedSince(sinceNanos, tunnel.handshakes.keys().label(index));
        return !abortIfRevoked();
    }

    @Override
    public final void resetIfRevoked() {
        onItsLoop(this::abortIfRevoked);
    }

    private boolean abortIfRevoked() {
        if (keyIndex < 0 || isOver()) {
            return false;
        }
        LongTermKey proved = tunnel.handshakes.keys().key(keyIndex);
        boolean revoked = tunnel.revocation.hasRevoked(proved);
        if (revoked) {
            tunnel.log.debug("{}: reset, since its key {} is revoked", peerName(), proved.fingerprint());
            relay.abort(null);
        }
        return revoked;
    }

    @Override
    public final Optional<KeyLabel> key() {
        return keyIndex < 0
                ? Optional.empty()
                : Optional.of(tunnel.handshakes.keys().label(keyIndex));
    }

    private void cutOff() {
        if (progress() == Progress.JOINED) {
            tunnel.counters.cut();
        }
        relay.abort(null);
    }

    @Override
    public final void endWithoutItsLoop() {
        cutOff();
    }

    /** The start of each log line about the connection. */
    final String peerName() {
        return PeerAddresses.nameOf(peer) + " #" + id;
    }

    // ---- for stages

    @Override
    public final long id() {
        return id;
    }

    @Override
    public final SocketAddress peer() {
        return peer;
    }

    @Override
    public final SocketAddress local() {
        return local;
    }

    @Override
    public final void madeFor(InetSocketAddress connecting, InetSocketAddress connectedTo) {
        peer = connecting;
        local = connectedTo;
        turn.belongsTo(connecting.getAddress());
    }

    @Override
    public final Endpoint target() {
        return destination == null ? tunnel.connector.target() : destination.endpoint();
    }

    @Override
    public final void whenEnded(Consumer<? super ConnectionSummary> listener) {
        Objects.requireNonNull(listener, "listener");
        if (state instanceof State.Ended end) {
            listener.accept(end.summary());
        } else {
            endListener = endListener.andThen(listener);
        }
    }

    // ---- the end

    @Override
    public final void relayEnded(Relay.Outcome outcome, @Nullable Throwable cause) {
        boolean joined = progress() == Progress.JOINED;
        ConnectionSummary summary = summarise(outcome, cause);
        enter(new State.Ended(summary));
        heldUntilEnd.run();
        if (cause instanceof ChannelPipelineException) {
            tunnel.stageError.error(tunnel.log, "{}: a stage's handler can't be added, or removed", peerName(), cause);
        }
        if (joined && tunnel.log.isDebugEnabled()) {
            tunnel.log.debug(
                    "{}: {}; {} bytes from the peer and {} to it in {}",
                    peerName(),
                    describe(outcome, cause),
                    summary.bytesFromPeer(),
                    summary.bytesToPeer(),
                    Seconds.of(summary.duration().truncatedTo(ChronoUnit.MILLIS)));
        }
        tell(endListener, summary);
        tunnel.events.ended(summary);
        ended.accept(this);
    }

    private ConnectionSummary summarise(Relay.Outcome relayed, @Nullable Throwable cause) {
        boolean client = role() == Role.CLIENT;
        State.Failed failed = state instanceof State.Failed last ? last : null;
        return new ConnectionSummary(
                peer,
                target(),
                Duration.ofNanos(System.nanoTime() - acceptedAtNanos),
                client ? relay.bytesFromPlain() : relay.bytesFromWire(),
                client ? relay.bytesFromWire() : relay.bytesFromPlain(),
                outcome(relayed),
                cause == null && failed != null ? failed.cause() : cause,
                key().orElse(null));
    }

    private Outcome outcome(Relay.Outcome relayed) {
        return switch (progress()) {
            case JOINED -> relayed == Relay.Outcome.COMPLETED ? Outcome.COMPLETED : Outcome.RESET;
            case FAILED -> ((State.Failed) state).outcome();
            case ACCEPTED, UNAUTHENTICATED, GREETED, PROVED, WAITING_FOR_SLOT, CONNECTING, ENDED -> Outcome.ABANDONED;
        };
    }

    private void tell(Consumer<ConnectionSummary> listener, ConnectionSummary end) {
        try {
            listener.accept(end);
        } catch (RuntimeException | Error e) {
            tunnel.stageError.error(tunnel.log, "{}: a stage failed at the end of the connection", peerName(), e);
        }
    }

    private static String describe(Relay.Outcome outcome, @Nullable Throwable cause) {
        if (outcome == Relay.Outcome.COMPLETED) {
            return "done";
        }
        return "reset: " + (cause == null ? "closed" : Reason.of(cause));
    }
}
