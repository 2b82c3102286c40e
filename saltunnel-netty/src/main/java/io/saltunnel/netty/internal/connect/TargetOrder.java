package io.saltunnel.netty.internal.connect;

import io.saltunnel.netty.address.Failover;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Decides in which order a connection tries the targets. Any thread. */
final class TargetOrder {
    private final List<Target> targets;
    private final Failover failover;
    private final AtomicInteger turns = new AtomicInteger();

    TargetOrder(List<Target> targets, Failover failover) {
        this.targets = List.copyOf(targets);
        this.failover = failover;
    }

    /**
     * The order for the next connection: all targets that it has not tried, the resting ones last.
     *
     * @param tried some of the targets, not all
     */
    List<Target> next(Collection<Target> tried) {
        List<Target> untried = tried.isEmpty() ? targets : without(tried);
        if (untried.size() == 1) {
            return untried;
        }
        List<Target> awake = new ArrayList<>(untried.size());
        List<Target> resting = new ArrayList<>(untried.size());
        untried.forEach(target -> (target.isResting() ? resting : awake).add(target));
        if (failover == Failover.ROUND_ROBIN && !awake.isEmpty()) {
            Collections.rotate(awake, -Math.floorMod(turns.getAndIncrement(), awake.size()));
        }
        while (!awake.isEmpty() && !awake.get(0).mayBeFirst()) { // another connection is trying it
            resting.add(0, awake.remove(0));
        }
        awake.addAll(resting);
        return awake;
    }

    /** Whether a target is left that was not tried. */
    boolean hasMoreThan(Collection<Target> tried) {
        return tried.size() < targets.size();
    }

    /** Whether a target is left that was not tried, and whose last connection, if any, has worked. */
    boolean hasBetterThan(Collection<Target> tried) {
        return hasMoreThan(tried) && without(tried).stream().anyMatch(Predicate.not(Target::isFailing));
    }

    private List<Target> without(Collection<Target> tried) {
        return targets.stream().filter(each -> !tried.contains(each)).toList();
    }
}
