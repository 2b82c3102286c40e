package io.saltunnel.it.soak;

import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/** Counts the outcomes of the connections. */
final class Tally {
    private final Map<Plan.Kind, LongAdder> done = new EnumMap<>(Plan.Kind.class);
    private final LongAdder started = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final Refusals refusals;
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();

    Tally(Refusals refusals) {
        this.refusals = refusals;
        for (Plan.Kind kind : Plan.Kind.values()) {
            done.put(kind, new LongAdder());
        }
    }

    void started() {
        started.increment();
    }

    /** It went as planned until its end. */
    void done(Plan.Kind kind) {
        done.get(kind).increment();
    }

    /** It was reset although that wasn't planned: it got no tunnel. Its end had this port. */
    void refused(int port) {
        refusals.refused(port);
    }

    /** This many bytes arrived and were right. */
    void verified(int count) {
        bytes.add(count);
    }

    /** Something that must never happen. */
    void fault(Plan plan, String what) {
        faults.add(plan + ": " + what);
    }

    long startedCount() {
        return started.sum();
    }

    long doneCount(Plan.Kind kind) {
        return done.get(kind).sum();
    }

    long doneCount() {
        return done.values().stream().mapToLong(LongAdder::sum).sum();
    }

    long refusedCount() {
        return refusals.count();
    }

    long verifiedBytes() {
        return bytes.sum();
    }

    Queue<String> faults() {
        return faults;
    }

    @Override
    public String toString() {
        return startedCount() + " connections " + done + ", " + refusedCount() + " refused, "
                + verifiedBytes() / 1_000_000 + " MB verified";
    }
}
