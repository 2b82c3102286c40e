package io.saltunnel.netty.internal.link;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipelineException;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.internal.abort.Abort;
import io.saltunnel.netty.internal.log.Reason;
import io.saltunnel.netty.internal.relay.Relay;
import io.saltunnel.netty.internal.transport.PeerAddresses;
import io.saltunnel.netty.stage.ConnectionSummary;
import io.saltunnel.netty.stage.ConnectionSummary.Outcome;
import io.saltunnel.netty.stage.TunnelConnection;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One accepted connection and its outgoing one, from its start to the end of both sides. Runs on the event loop of the
 * accepted channel.
 */
abstract class Link implements TunnelLink, Relay.Listener, TunnelConnection {
    final LinkContext tunnel;
    final Channel accepted;
    final Relay relay;
    final TunnelPipeline pipeline;
    private final Consumer<? super TunnelLink> ended;

    /** The outcome of a connection that ends now, before it is tunnelled, and its cause. */
    private Outcome failing = Outcome.ABANDONED;

    private @Nullable Throwable failure;

    private final long acceptedAtNanos = System.nanoTime();
    private final SocketAddress peer;
    private final SocketAddress local;
    private @Nullable Consumer<ConnectionSummary> endListener;
    private @Nullable ConnectionSummary summary;
    private boolean started;

    Link(LinkContext tunnel, Channel accepted, Consumer<? super TunnelLink> ended) {
        this.tunnel = tunnel;
        this.accepted = accepted;
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

    /** Releases what the link holds beyond its two channels. */
    abstract void free();

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
            failed(failing, e);
            Abort.reset(channel);
            relay.abort(null);
            return false;
        }
    }

    /** The connection can't be tunnelled any more; it may end later. */
    final void failed(Outcome as, @Nullable Throwable cause) {
        failing = as;
        failure = cause;
    }

    final void join() {
        if (!isOver()) {
            started = true;
            relay.start();
        }
    }

    /** For other threads. Once the event loop has ended, the tunnel cleans up the rest. */
    final void onItsLoop(Runnable task) {
        try {
            accepted.eventLoop().execute(task);
        } catch (RejectedExecutionException e) {
            tunnel.log.trace("{}: its event loop has ended", accepted);
        }
    }

    final boolean isOver() {
        return summary != null;
    }

    @Override
    public final void resetUnlessJoined() {
        onItsLoop(() -> {
            if (!started) {
                relay.abort(null);
            }
        });
    }

    @Override
    public final void reset() {
        onItsLoop(() -> relay.abort(null));
    }

    @Override
    public final void endWithoutItsLoop() {
        relay.abort(null);
    }

    final String peerName() {
        return PeerAddresses.nameOf(peer);
    }

    // ---- for stages

    @Override
    public final SocketAddress peer() {
        return peer;
    }

    @Override
    public final SocketAddress local() {
        return local;
    }

    @Override
    public final Endpoint target() {
        return tunnel.connector.target();
    }

    @Override
    public final void whenEnded(Consumer<? super ConnectionSummary> listener) {
        Objects.requireNonNull(listener, "listener");
        if (summary != null) {
            listener.accept(summary);
        } else {
            endListener = endListener == null ? listener::accept : endListener.andThen(listener);
        }
    }

    // ---- the end

    @Override
    public final void relayEnded(Relay.Outcome outcome, @Nullable Throwable cause) {
        summary = summarise(outcome, cause);
        free();
        if (cause instanceof ChannelPipelineException) {
            tunnel.stageError.error(tunnel.log, "{}: a stage's handler can't be added, or removed", peerName(), cause);
        }
        if (started) {
            (outcome == Relay.Outcome.COMPLETED ? tunnel.counters.completed : tunnel.counters.aborted).increment();
            if (tunnel.log.isDebugEnabled()) {
                tunnel.log.debug("{}: {}", peerName(), describe(outcome, cause));
            }
        }
        if (endListener != null) {
            tell(endListener, summary);
        }
        ended.accept(this);
    }

    private ConnectionSummary summarise(Relay.Outcome outcome, @Nullable Throwable cause) {
        boolean client = role() == Role.CLIENT;
        Outcome came = started ? Outcome.RESET : failing;
        return new ConnectionSummary(
                peer,
                target(),
                Duration.ofNanos(System.nanoTime() - acceptedAtNanos),
                client ? relay.bytesFromPlain() : relay.bytesFromWire(),
                client ? relay.bytesFromWire() : relay.bytesFromPlain(),
                outcome == Relay.Outcome.COMPLETED ? Outcome.COMPLETED : came,
                cause == null ? failure : cause);
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
