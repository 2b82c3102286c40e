package io.saltunnel.netty.internal.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelException;
import io.saltunnel.netty.address.Failover;
import io.saltunnel.netty.address.HostAndPort;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which of several targets a connection tries first. */
class TargetOrderTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // overflows on the way
    private final Target a = target("127.0.0.1");
    private final Target b = target("127.0.0.2");
    private final Target c = target("127.0.0.3");

    private Target target(String host) {
        return Target.of(
                new HostAndPort(host, 1),
                () -> {
                    throw new ChannelException("nothing is connected to here");
                },
                now::get);
    }

    @AfterEach
    void close() {
        List.of(a, b, c).forEach(Target::close);
    }

    private TargetOrder order(Failover failover) {
        return new TargetOrder(List.of(a, b, c), failover);
    }

    private void restIsOver() {
        now.addAndGet(ConnectPolicy.REST.toNanos());
    }

    @Test
    void thePreferredOneIsFirstEachTime() {
        TargetOrder order = order(Failover.PRIORITY);
        assertThat(order.next(List.of())).containsExactly(a, b, c);
        assertThat(order.next(List.of())).containsExactly(a, b, c);
    }

    @Test
    void eachOneIsFirstInTurn() {
        TargetOrder order = order(Failover.ROUND_ROBIN);
        assertThat(order.next(List.of())).containsExactly(a, b, c);
        assertThat(order.next(List.of())).containsExactly(b, c, a);
        assertThat(order.next(List.of())).containsExactly(c, a, b);
        assertThat(order.next(List.of())).containsExactly(a, b, c);
    }

    @Test
    void oneThatFailedIsLastWhileItRests() {
        TargetOrder order = order(Failover.PRIORITY);
        a.failed();
        assertThat(order.next(List.of())).containsExactly(b, c, a);
        now.addAndGet(ConnectPolicy.REST.toNanos() - 1);
        assertThat(order.next(List.of())).containsExactly(b, c, a);
        now.incrementAndGet();
        assertThat(order.next(List.of())).containsExactly(a, b, c);
    }

    @Test
    void thoseThatDontRestTakeTurns() {
        TargetOrder order = order(Failover.ROUND_ROBIN);
        b.failed();
        assertThat(order.next(List.of())).containsExactly(a, c, b);
        assertThat(order.next(List.of())).containsExactly(c, a, b);
        assertThat(order.next(List.of())).containsExactly(a, c, b);
    }

    @Test
    void afterItsRestOneConnectionTriesItFirstAndOthersWaitForTheOutcome() {
        TargetOrder order = order(Failover.PRIORITY);
        a.failed();
        restIsOver();
        assertThat(order.next(List.of())).containsExactly(a, b, c);
        assertThat(order.next(List.of())).containsExactly(b, c, a);
        a.worked();
        assertThat(order.next(List.of())).containsExactly(a, b, c);
    }

    @Test
    void aConnectionThatNeverTellsIsFollowedByAnother() {
        TargetOrder order = order(Failover.PRIORITY);
        a.failed();
        restIsOver();
        assertThat(order.next(List.of())).containsExactly(a, b, c);
        restIsOver();
        assertThat(order.next(List.of())).containsExactly(a, b, c);
    }

    @Test
    void allAreTriedEvenIfAllRest() {
        TargetOrder order = order(Failover.ROUND_ROBIN);
        List.of(a, b, c).forEach(Target::failed);
        assertThat(order.next(List.of())).containsExactlyInAnyOrder(a, b, c);
    }

    @Test
    void thoseTriedAreLeftOut() {
        TargetOrder order = order(Failover.PRIORITY);
        assertThat(order.next(List.of(a))).containsExactly(b, c);
        b.failed();
        assertThat(order.next(List.of(a))).containsExactly(c, b);
        assertThat(order.next(List.of(a, c))).containsExactly(b);
        assertThat(order.hasMoreThan(List.of(a, c))).isTrue();
        assertThat(order.hasMoreThan(List.of(a, b, c))).isFalse();
    }

    /** The connection to the one that comes back after its rest is another's. */
    @Test
    void leavingOneOutAfterItsRestLeavesItToAnotherConnection() {
        TargetOrder order = order(Failover.PRIORITY);
        a.failed();
        restIsOver();
        assertThat(order.next(List.of(a))).containsExactly(b, c);
        assertThat(order.next(List.of())).containsExactly(a, b, c);
    }

    @Test
    void oneThatFailedLastIsNoBetterEvenAfterItsRest() {
        TargetOrder order = order(Failover.PRIORITY);
        assertThat(order.hasBetterThan(List.of(a))).isTrue();
        b.failed();
        assertThat(order.hasBetterThan(List.of(a))).isTrue();
        c.failed();
        assertThat(order.hasBetterThan(List.of(a))).isFalse();
        restIsOver();
        assertThat(order.hasBetterThan(List.of(a))).isFalse();
        c.worked();
        assertThat(order.hasBetterThan(List.of(a))).isTrue();
        assertThat(order.hasBetterThan(List.of(a, b, c))).isFalse();
    }
}
