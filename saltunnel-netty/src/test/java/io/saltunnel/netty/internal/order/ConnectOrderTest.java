package io.saltunnel.netty.internal.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The order of connections, each on its own event loop, whose time stands still. */
class ConnectOrderTest {
    private static final String HERE = "192.0.2.1";
    private static final String ELSEWHERE = "192.0.2.2";
    private static final String BALANCER = "192.0.2.3";
    private static final Duration PATIENCE = Duration.ofMillis(100);

    private final List<Connection> accepted = new ArrayList<>();
    private final List<Connection> begun = new ArrayList<>();
    private long now = 1;
    private final ConnectOrder order = new ConnectOrder(PATIENCE, () -> now);

    private final class Connection extends EmbeddedChannel {
        private final String source;

        Connection(String source) {
            this.source = source;
            freezeTime();
            accepted.add(this);
            order.enter(this);
        }

        @Override
        protected SocketAddress remoteAddress0() {
            return new InetSocketAddress(source, 1);
        }

        ConnectOrder.Turn turn() {
            return ConnectOrder.turnOf(this);
        }

        void isReady() {
            turn().await(eventLoop(), () -> begun.add(this));
        }

        void isFrom(String client) {
            turn().belongsTo(new InetSocketAddress(client, 1).getAddress());
            accepted.forEach(EmbeddedChannel::runPendingTasks);
        }

        void leadsOn() {
            turn().done();
            accepted.forEach(EmbeddedChannel::runPendingTasks);
        }

        void leadsOnInTime() {
            runScheduledPendingTasks();
            accepted.forEach(EmbeddedChannel::runPendingTasks);
        }

        void ends() {
            close();
            accepted.forEach(EmbeddedChannel::runPendingTasks);
        }
    }

    @AfterEach
    void close() {
        accepted.forEach(EmbeddedChannel::finishAndReleaseAll);
        assertThat(order.waiting()).isZero();
    }

    @Test
    void beginsWithTheFirstAtOnce() {
        Connection first = new Connection(HERE);
        first.isReady();
        assertThat(begun).containsExactly(first);
    }

    @Test
    void waitsUntilTheOneBeforeLeadsOn() {
        Connection first = new Connection(HERE);
        Connection second = new Connection(HERE);
        second.isReady();
        assertThat(begun).isEmpty();
        assertThat(order.waiting()).isOne();

        first.isReady();
        assertThat(begun).containsExactly(first);
        first.leadsOn();
        assertThat(begun).containsExactly(first, second);
    }

    @Test
    void waitsNotForOneThatLeadsOnAlready() {
        Connection first = new Connection(HERE);
        Connection second = new Connection(HERE);
        first.isReady();
        first.leadsOn();
        second.isReady();
        assertThat(begun).containsExactly(first, second);
    }

    @Test
    void isLetGoWhenTheOneBeforeEnds() {
        Connection first = new Connection(HERE);
        Connection second = new Connection(HERE);
        second.isReady();
        first.ends();
        assertThat(begun).containsExactly(second);
    }

    @Test
    void waitsForAllBeforeAlsoWhenOneBetweenThemEnds() {
        Connection first = new Connection(HERE);
        Connection second = new Connection(HERE);
        Connection third = new Connection(HERE);
        third.isReady();
        second.ends();
        assertThat(begun).isEmpty();
        first.leadsOn();
        assertThat(begun).containsExactly(third);
    }

    @Test
    void waitsForNobodyElse() {
        new Connection(HERE);
        Connection other = new Connection(ELSEWHERE);
        other.isReady();
        assertThat(begun).containsExactly(other);
    }

    @Test
    void waitsNoLongerThanItsPatience() {
        new Connection(HERE);
        Connection second = new Connection(HERE);
        second.isReady();
        second.advanceTimeBy(PATIENCE.toMillis() - 1, TimeUnit.MILLISECONDS);
        second.runScheduledPendingTasks();
        assertThat(begun).isEmpty();
        second.advanceTimeBy(1, TimeUnit.MILLISECONDS);
        second.runScheduledPendingTasks();
        assertThat(begun).containsExactly(second);
    }

    @Test
    void waitsNotForOneThatWasAcceptedLongBefore() {
        new Connection(HERE);
        now += PATIENCE.toNanos() + 1;
        Connection second = new Connection(HERE);
        second.isReady();
        assertThat(begun).containsExactly(second);
    }

    @Test
    void waitsNoLongerThanTheOneBeforeAllows() {
        Connection first = new Connection(HERE);
        Connection second = new Connection(HERE);
        second.isReady();
        first.turn().doneWithin(first.eventLoop(), Duration.ofMillis(2));
        first.advanceTimeBy(1, TimeUnit.MILLISECONDS);
        first.leadsOnInTime();
        assertThat(begun).isEmpty();
        first.advanceTimeBy(1, TimeUnit.MILLISECONDS);
        first.leadsOnInTime();
        assertThat(begun).containsExactly(second);
    }

    @Test
    void keepsThePlaceOfAConnectionThatComesFromTheLoadBalancerItself() {
        Connection first = new Connection(HERE);
        new Connection(HERE);
        first.isFrom(HERE);
        first.isReady();
        assertThat(begun).containsExactly(first);
    }

    @Test
    void leavesNoTimerBehind() {
        Connection first = new Connection(HERE);
        Connection second = new Connection(HERE);
        second.isReady();
        first.turn().doneWithin(first.eventLoop(), Duration.ofMillis(2));
        first.turn().doneWithin(first.eventLoop(), Duration.ofMillis(2));
        first.leadsOn();
        assertThat(begun).containsExactly(second);
        assertThat(first.runScheduledPendingTasks()).as("the next timer").isEqualTo(-1);
        assertThat(second.runScheduledPendingTasks()).as("the next timer").isEqualTo(-1);
    }

    @Test
    void mayTakeAPlaceAnewAtTheEnd() {
        Connection first = new Connection(HERE);
        Connection second = new Connection(HERE);
        first.leadsOn();
        first.turn().renew();
        first.isReady();
        assertThat(begun).isEmpty();
        second.leadsOn();
        assertThat(begun).containsExactly(first);
    }

    @Test
    void aConnectionThatNeverEnteredWaitsForNobody() {
        EmbeddedChannel outsider = new EmbeddedChannel();
        List<String> run = new ArrayList<>();
        ConnectOrder.turnOf(outsider).await(outsider.eventLoop(), () -> run.add("begun"));
        assertThat(run).containsExactly("begun");
        outsider.finishAndReleaseAll();
    }

    // ---- behind a load balancer

    @Test
    void waitsForNoOtherClientOfALoadBalancer() {
        Connection first = new Connection(BALANCER);
        Connection second = new Connection(BALANCER);
        first.isFrom(HERE);
        second.isFrom(ELSEWHERE);
        second.isReady();
        assertThat(begun).containsExactly(second);
    }

    @Test
    void waitsForTheSameClientOfALoadBalancer() {
        Connection first = new Connection(BALANCER);
        Connection other = new Connection(BALANCER);
        Connection second = new Connection(BALANCER);
        first.isFrom(HERE);
        other.isFrom(ELSEWHERE);
        second.isFrom(HERE);
        second.isReady();
        assertThat(begun).isEmpty();
        first.leadsOn();
        assertThat(begun).containsExactly(second);
    }

    @Test
    void waitsUntilItIsKnownThatTheOneBeforeIsAnotherClients() {
        Connection first = new Connection(BALANCER);
        Connection second = new Connection(BALANCER);
        second.isFrom(HERE);
        second.isReady();
        assertThat(begun).isEmpty();
        first.isFrom(ELSEWHERE);
        assertThat(begun).containsExactly(second);
    }

    @Test
    void keepsItsPlaceBehindOneOfTheSameClientThatBecomesKnownLater() {
        Connection first = new Connection(BALANCER);
        Connection second = new Connection(BALANCER);
        Connection third = new Connection(BALANCER);
        third.isFrom(ELSEWHERE);
        third.isReady();
        second.isFrom(HERE);
        second.isReady();
        assertThat(begun).isEmpty();
        first.isFrom(HERE);
        assertThat(begun).as("the other client's").containsExactly(third);
        first.isReady();
        first.leadsOn();
        assertThat(begun).containsExactly(third, first, second);
    }

    @Test
    void thoseBehindAConnectionThatEndsUnknownGoOver() {
        Connection first = new Connection(BALANCER);
        Connection second = new Connection(BALANCER);
        Connection third = new Connection(BALANCER);
        second.isFrom(HERE);
        third.isFrom(ELSEWHERE);
        second.isReady();
        third.isReady();
        first.ends();
        assertThat(begun).containsExactlyInAnyOrder(second, third);
    }

    @Test
    void waitsForAnUnknownClientNoLongerThanItsPatience() {
        new Connection(BALANCER);
        Connection second = new Connection(BALANCER);
        Connection third = new Connection(BALANCER);
        second.isFrom(HERE);
        third.isFrom(HERE);
        second.isReady();
        second.advanceTimeBy(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        second.runScheduledPendingTasks();
        assertThat(begun).containsExactly(second);
        third.isReady();
        second.leadsOn();
        third.advanceTimeBy(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        third.runScheduledPendingTasks();
        assertThat(begun).containsExactly(second, third);
    }

    @Test
    void takesAPlaceAnewInTheOrderOfItsClient() {
        Connection first = new Connection(BALANCER);
        Connection second = new Connection(BALANCER);
        first.isFrom(HERE);
        first.leadsOn();
        first.turn().renew();
        second.isFrom(ELSEWHERE);
        second.isReady();
        assertThat(begun).containsExactly(second);
        Connection direct = new Connection(HERE);
        direct.isReady();
        assertThat(begun).containsExactly(second);
        first.leadsOn();
        assertThat(begun).containsExactly(second, direct);
    }

    @Test
    void aConnectionThatHasLedOnMayBecomeKnownLater() {
        Connection first = new Connection(BALANCER);
        first.leadsOn();
        first.isFrom(HERE);
        first.turn().renew();
        Connection second = new Connection(BALANCER);
        second.isReady();
        assertThat(begun).containsExactly(second);
    }
}
