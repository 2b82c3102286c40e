package io.saltunnel.netty.internal.connect;

import io.saltunnel.netty.address.Failover;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Decides in which order a connection tries the targets. Any thread. */
final class TargetOrder {
    private final List<Target> targets;
    private final Failover failover;
    private final AtomicInteger turns = new AtomicInteger();

    TargetOrder(List<Target> targets, Failover failover) {
        this.targets = List.copyOf(targets);
        this.failover = failover;
    }

    /** The order for the next connection: all targets, and those that rest come last. */
    List<Target> next() {
        if (targets.size() == 1) {
            return targets;
        }
        List<Target> awake = new ArrayList<>(targets.size());
        List<Target> resting = new ArrayList<>(targets.size());
        targets.forEach(target -> (target.isResting() ? resting : awake).add(target));
        if (failover == Failover.ROUND_ROBIN && !awake.isEmpty()) {
            Collections.rotate(awake, -Math.floorMod(turns.getAndIncrement(), awake.size()));
        }
        while (!awake.isEmpty() && !awake.get(0).mayBeFirst()) { // another connection is trying it
            resting.add(0, awake.remove(0));
        }
        awake.addAll(resting);
        return awake;
    }
}
