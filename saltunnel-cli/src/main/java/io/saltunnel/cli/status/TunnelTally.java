package io.saltunnel.cli.status;

import io.saltunnel.core.handshake.HandshakeFailure;
import io.saltunnel.core.key.KeyLabel;
import io.saltunnel.netty.TunnelBuilder;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.metrics.TunnelEvents;
import io.saltunnel.netty.metrics.TunnelStats;
import io.saltunnel.netty.replay.ReplayMemory;
import io.saltunnel.netty.stage.ConnectionSummary;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Counts what happens in the tunnels of one name, by reason, from the first of them on: a tunnel that takes the place of
 * another at a reload counts on. Any thread.
 */
public final class TunnelTally implements TunnelEvents {

    private final LongSupplier nanoTime;
    private final Counts<ConnectionSummary.Outcome> outcomes = new Counts<>(ConnectionSummary.Outcome.class);
    private final Counts<HandshakeFailedException.Reason> failures =
            new Counts<>(HandshakeFailedException.Reason.class);
    private final Counts<HandshakeFailure> refusals = new Counts<>(HandshakeFailure.class);
    private final Counts<ConnectFailureReason> connectFailures = new Counts<>(ConnectFailureReason.class);
    private final HandshakeTimes times = new HandshakeTimes();
    private final Counts<ReplayMemory.Answer> replayAnswers = new Counts<>(ReplayMemory.Answer.class);
    private final HandshakeTimes replayTimes = new HandshakeTimes();
    private final LongAdder proofs = new LongAdder();
    private final LongAdder evictions = new LongAdder();
    private final LongAdder pauses = new LongAdder();
    private final LongAdder slotRefusals = new LongAdder();
    private final WireBytes wireBytes = new WireBytes();
    private final PlainBytes plainBytes = new PlainBytes();
    private final KeyProofs keys = new KeyProofs();

    /**
     * A tally without counts.
     *
     * @param nanoTime as {@link System#nanoTime()}
     */
    public TunnelTally(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Lets the tunnels that a builder starts be counted.
     *
     * @param tunnel told once
     */
    void countIn(TunnelBuilder<?> tunnel) {
        tunnel.events(this).stage(wireBytes);
    }

    /** A proof that has not happened yet, by the same clock. */
    LastProof newProof() {
        return new LastProof(nanoTime);
    }

    // ---- which tunnels have the name

    /**
     * A tunnel that has just started has the name.
     *
     * @param tunnel its counts
     * @param inForce its keys
     */
    public void begin(Supplier<TunnelStats> tunnel, Collection<KeyLabel> inForce) {
        plainBytes.begin(tunnel);
        keys.change(inForce);
    }

    /**
     * A tunnel that had another name has this one from now on.
     *
     * @param tunnel its counts; those so far belong to the other name
     */
    public void takeOver(Supplier<TunnelStats> tunnel) {
        plainBytes.takeOver(tunnel);
    }

    /**
     * A tunnel of this name has other keys from now on.
     *
     * @param inForce its keys
     */
    public void keysChanged(Collection<KeyLabel> inForce) {
        keys.change(inForce);
    }

    /**
     * A tunnel has stopped, or has another name from now on. Does nothing the second time.
     *
     * @param tunnel its counts
     */
    public void end(Supplier<TunnelStats> tunnel) {
        plainBytes.end(tunnel);
    }

    // ---- events

    @Override
    public void handshakeFailed(HandshakeFailedException cause) {
        if (cause.failure().isPresent()) {
            refusals.add(cause.failure().get());
        } else {
            failures.add(cause.reason());
        }
    }

    @Override
    public void evicted() {
        evictions.increment();
    }

    @Override
    public void proved(long handshakeNanos) {
        proofs.increment();
        times.add(handshakeNanos);
    }

    @Override
    public void proved(long handshakeNanos, KeyLabel key) {
        proved(handshakeNanos);
        keys.add(key);
    }

    @Override
    public void replayMemoryAsked(ReplayMemory.Answer answer, long nanos) {
        replayAnswers.add(answer);
        replayTimes.add(nanos);
    }

    @Override
    public void slotRefused() {
        slotRefusals.increment();
    }

    @Override
    public void connectFailed(Throwable cause) {
        connectFailures.add(ConnectFailureReason.of(cause));
    }

    @Override
    public void ended(ConnectionSummary summary) {
        outcomes.add(summary.outcome());
    }

    @Override
    public void acceptingPaused() {
        pauses.increment();
    }

    // ---- counts

    /** Ended connections by outcome. */
    Map<String, Long> outcomes() {
        return outcomes.byName();
    }

    /** Handshakes by result: {@code proved}, or why they failed. */
    Map<String, Long> handshakes() {
        Map<String, Long> results = new LinkedHashMap<>();
        results.put("proved", proofs.sum());
        results.putAll(failures.byName());
        results.putAll(refusals.byName());
        return results;
    }

    /** Failed outgoing connections by reason. */
    Map<String, Long> connectFailures() {
        return connectFailures.byName();
    }

    HandshakeTimes times() {
        return times;
    }

    long evictions() {
        return evictions.sum();
    }

    long pauses() {
        return pauses.sum();
    }

    long slotRefusals() {
        return slotRefusals.sum();
    }

    /** Bytes on the wire by direction, {@code sent} and {@code received}. */
    Map<String, Long> wireBytes() {
        return wireBytes.byDirection();
    }

    /** Bytes of plaintext by direction: {@code sent} into the tunnels, and {@code received} from them. */
    Map<String, Long> plainBytes() {
        return plainBytes.byDirection();
    }

    /** Answers of the shared memory of replays. */
    Map<String, Long> replayAnswers() {
        return replayAnswers.byName();
    }

    /** How long these answers took. */
    HandshakeTimes replayTimes() {
        return replayTimes;
    }

    /** How often a key was proved. */
    long proofs(KeyLabel key) {
        return keys.of(key);
    }
}
