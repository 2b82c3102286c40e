package io.saltunnel.netty.internal.link;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.saltunnel.core.handshake.AcceptedVersions;
import io.saltunnel.core.handshake.ReplayWindow;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.internal.abort.Abort;
import io.saltunnel.netty.internal.admission.TunnelSlots;
import io.saltunnel.netty.internal.admission.UnauthenticatedPeers;
import io.saltunnel.netty.internal.deadline.Deadline;
import io.saltunnel.netty.internal.handshake.HelloListener;
import io.saltunnel.netty.internal.handshake.HelloRules;
import io.saltunnel.netty.internal.handshake.ServerHandshakeHandler;
import io.saltunnel.netty.internal.handshake.Silence;
import io.saltunnel.netty.internal.handshake.SilentRefusal;
import io.saltunnel.netty.internal.handshake.StrangerDrain;
import io.saltunnel.netty.internal.log.Reason;
import io.saltunnel.netty.internal.stage.RefusedConnection;
import io.saltunnel.netty.internal.transport.PeerAddresses;
import io.saltunnel.netty.replay.ReplayMemory;
import io.saltunnel.netty.stage.TunnelConnection;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The server's side of an accepted connection: once the peer has proved the key and a slot is free, it connects to the
 * target and relays.
 */
final class ServerLink extends Link implements HelloListener, RefusedConnection {
    /**
     * A log line reports a client's clock difference beyond this value, before it becomes too large for a handshake.
     */
    private static final long NOTABLE_CLOCK_DIFFERENCE_SECONDS = 300;

    /** The longest time for which a distant target delays connections after this one in the order. */
    private static final Duration TURN_AFTER_CONNECT = Duration.ofMillis(2);

    /** The handshake has begun, or will when the channel is active. */
    private record Accepted(ServerHandshakeHandler handshake) implements State {
        @Override
        public Progress progress() {
            return Progress.ACCEPTED;
        }
    }

    /** The connection counts in the budget of unauthenticated peers. */
    private record Unproved(Progress progress, ServerHandshakeHandler handshake, UnauthenticatedPeers.Peer budgeted)
            implements State {
        Unproved greeted() {
            budgeted.greeted();
            return new Unproved(Progress.GREETED, handshake, budgeted);
        }

        @Override
        public void release() {
            budgeted.leave();
        }
    }

    /** A stage has refused the connection, which counts in the budget of those. */
    private record Outsider(State before, SilentRefusal refusal, UnauthenticatedPeers.Peer budgeted) implements State {
        @Override
        public Progress progress() {
            return Progress.ACCEPTED;
        }

        @Override
        public void release() {
            budgeted.leave();
            before.release();
        }
    }

    /** The connection is in line for a slot, until a deadline. */
    private record InLine(Deadline deadline) implements State {
        @Override
        public Progress progress() {
            return Progress.WAITING_FOR_SLOT;
        }

        @Override
        public void release() {
            deadline.callOff();
        }
    }

    private final HelloRules hellos;
    private final Silence silence;
    private final ServerAdmission admission;

    ServerLink(
            LinkContext tunnel,
            HelloRules hellos,
            Silence silence,
            ServerAdmission admission,
            Channel wire,
            Consumer<? super TunnelLink> ended) {
        super(tunnel, wire, ended);
        this.hellos = hellos;
        this.silence = silence;
        this.admission = admission;
    }

    @Override
    public TunnelConnection.Role role() {
        return TunnelConnection.Role.SERVER;
    }

    @Override
    void assembleAccepted() {
        ServerHandshakeHandler handshake = new ServerHandshakeHandler(tunnel.handshakes, hellos, silence, this);
        enter(new Accepted(handshake));
        handshake.handshakeFuture().addListener(result -> {
            if (result.isSuccess()) {
                tell(handshake.version().orElseThrow());
                proved(handshake.keyIndex());
            } else {
                refused((HandshakeFailedException) result.cause());
            }
        });
        pipeline.assembleWireSide(accepted, handshake);
    }

    /** A stage may have delayed the connection until after the end of its handshake. */
    @Override
    void begin() {
        switch (progress()) {
            case ACCEPTED -> become(unproved(state()));
            case FAILED -> {
                State.Failed failed = (State.Failed) state();
                become(new State.Failed(unproved(failed.before()), failed.outcome(), failed.cause()));
            }
            case PROVED -> turn.await(accepted.eventLoop(), this::waitForSlot);
            case UNAUTHENTICATED, GREETED, WAITING_FOR_SLOT, CONNECTING, JOINED, ENDED -> {}
        }
    }

    private State unproved(State last) {
        return last instanceof Accepted link
                ? new Unproved(Progress.UNAUTHENTICATED, link.handshake(), admission.unauthenticated.add(this::evict))
                : last;
    }

    // ---- refused by a stage

    @Override
    public void dropInput(ChannelHandlerContext stage) {
        stage.pipeline().addBefore(stage.name(), null, new StrangerDrain(silence.reads()));
    }

    @Override
    public void keepSilent(ChannelHandlerContext stage) {
        SilentRefusal refusal = new SilentRefusal(silence);
        become(new Outsider(state(), refusal, admission.outsiders.add(this::evict)));
        refusal.begin(stage);
    }

    // ---- the handshake

    /**
     * Evicts the peer, to make room for others. Called on any thread. By the time the task runs, the clienthi may have
     * been admitted.
     */
    private void evict() {
        onItsLoop(() -> {
            State held = state() instanceof State.Failed failed ? failed.before() : state();
            if (held instanceof Unproved peer && peer.budgeted().mustLeave()) {
                if (held == state()) { // it had not failed before
                    tunnel.events.evicted();
                }
                peer.handshake().evict();
            } else if (held instanceof Outsider outsider && outsider.budgeted().mustLeave()) {
                outsider.refusal().evict();
            }
        });
    }

    @Override
    public void admitted(long clockDifferenceSeconds) {
        if (state() instanceof Unproved peer) {
            become(peer.greeted());
        }
        if (Math.abs(clockDifferenceSeconds) > NOTABLE_CLOCK_DIFFERENCE_SECONDS) {
            admission.clockWarning.warn(
                    tunnel.log,
                    "{}: its clock is {} s {} this machine's; beyond {} s it is refused",
                    peerName(),
                    Math.abs(clockDifferenceSeconds),
                    clockDifferenceSeconds < 0 ? "behind" : "ahead of",
                    ReplayWindow.MAX_CLOCK_DIFFERENCE_SECONDS);
        }
    }

    @Override
    public void replayMemoryAnswered(ReplayMemory.Answer answer, long nanos) {
        tunnel.events.replayMemoryAsked(answer, nanos);
    }

    @Override
    public void replayMemoryFailed(Throwable cause, long nanos) {
        admission.replaysWarning.warn(
                tunnel.log, "{}: the shared memory of replays can't be asked: {}", peerName(), Reason.of(cause));
        tunnel.events.replayMemoryAsked(ReplayMemory.Answer.UNAVAILABLE, nanos);
    }

    private void proved(int keyIndex) {
        Abort.makeCloseAReset(accepted); // not earlier: a stranger gets FIN at the deadline
        admission.accepts.giveBack();
        if (!provedKey(keyIndex, acceptedAtNanos)) {
            return;
        }
        switch (progress()) {
            case ACCEPTED -> enter(Progress.PROVED); // a stage holds it back
            case UNAUTHENTICATED, GREETED -> {
                enter(Progress.PROVED);
                turn.await(accepted.eventLoop(), this::waitForSlot);
            }
            case PROVED, WAITING_FOR_SLOT, CONNECTING, JOINED, FAILED, ENDED -> {}
        }
    }

    private void refused(HandshakeFailedException cause) {
        switch (progress()) {
            case ACCEPTED -> {
                if (accepted.isActive()) { // otherwise a stage refused the connection before it was set up
                    handshakeFailed(cause);
                    tell(cause);
                }
            }
            case UNAUTHENTICATED, GREETED -> {
                handshakeFailed(cause);
                tell(cause);
            }
            case PROVED, WAITING_FOR_SLOT, CONNECTING, JOINED, FAILED, ENDED -> {}
        }
    }

    /**
     * Logs a failed handshake. Failures of unauthenticated peers are logged rarely, because strangers can cause them:
     * see {@link io.saltunnel.netty.internal.log.Refusals}.
     */
    private void tell(HandshakeFailedException failure) {
        SocketAddress from = peer();
        boolean first = RefusalReasons.of(failure)
                .map(why ->
                        admission.refusals.add(why, () -> PeerAddresses.nameOf(from), tunnel.log, accepted.eventLoop()))
                .orElse(false);
        if (first) {
            tunnel.log.info("{}: refused: {}", peerName(), failure.getMessage());
        } else if (tunnel.log.isDebugEnabled() && admission.refusalNote.isDue()) {
            tunnel.log.debug("{}: refused: {}", peerName(), failure.getMessage());
        }
    }

    private void tell(ProtocolVersion version) {
        tunnel.log.debug("{}: speaks {} of the protocol", peerName(), version);
        switch (version) {
            case V1 -> warnOfVersion1();
            case V2 -> {}
        }
    }

    private void warnOfVersion1() {
        if (hellos.admission().versions() == AcceptedVersions.ANY) {
            admission.version1Warning.warn(
                    tunnel.log,
                    "{}: speaks version 1 of the protocol, in which the end of a stream can be forged: update this"
                            + " client, and once no client speaks version 1, take version 2 only (protocol 2)",
                    peerName());
        }
    }

    // ---- the slot

    private void waitForSlot() {
        if (isOver()) {
            return;
        }
        Optional<TunnelSlots.Slot> asked = admission.slots.acquire(this::slotGranted);
        if (asked.isEmpty()) {
            noSlot();
            return;
        }
        TunnelSlots.Slot slot = asked.get();
        holdUntilEnd(slot::free);
        if (slot.wasFree()) {
            enter(Progress.WAITING_FOR_SLOT);
            turn.await(accepted.eventLoop(), this::connect);
        } else if (slot.isHeld()) { // granted meanwhile: slotGranted continues
            enter(Progress.WAITING_FOR_SLOT);
        } else {
            turn.done(); // the line for slots preserves the order
            Duration patience =
                    silence.times().at(PeerAddresses.localOf(accepted)).untilFin();
            enter(new InLine(Deadline.in(accepted.eventLoop(), patience, this::noSlot)));
        }
    }

    /** A slot is granted to a connection in line. Runs on the thread of the connection that freed the slot. */
    private void slotGranted() {
        turn.renew();
        onItsLoop(() -> turn.await(accepted.eventLoop(), this::connect));
    }

    private void noSlot() {
        admission.capWarning.warn(
                tunnel.log,
                "{}: closed: no tunnel slot became free (raise maxConnections): {} in use, {} waiting",
                peerName(),
                admission.slots.held(),
                admission.slots.waiting());
        tunnel.events.slotRefused();
        relay.abort(null);
    }

    // ---- the target

    @Override
    void connectBegun() {
        turn.doneWithin(accepted.eventLoop(), TURN_AFTER_CONNECT);
    }

    @Override
    void connected(Channel plain) {
        if (assemble(plain, () -> pipeline.assemblePlainSide(plain))) {
            join();
            endTurnAfterNextReads();
        }
    }

    /**
     * Ends the turn later, because the client's data so far, including its end, must reach the target before the next
     * connection does.
     */
    private void endTurnAfterNextReads() {
        EventLoop loop = accepted.eventLoop();
        loop.execute(() -> loop.schedule(turn::done, 0, TimeUnit.NANOSECONDS));
    }
}
