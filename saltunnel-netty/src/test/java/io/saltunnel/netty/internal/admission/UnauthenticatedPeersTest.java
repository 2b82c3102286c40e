package io.saltunnel.netty.internal.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UnauthenticatedPeersTest {
    private final UnauthenticatedPeers peers = new UnauthenticatedPeers(16);
    private final List<Integer> told = new ArrayList<>();

    @Test
    void withinTheBudgetNobodyHasToLeave() {
        add(0, 16);
        assertThat(told).isEmpty();
        assertThat(peers.size()).isEqualTo(16);
    }

    @Test
    void beyondTheBudgetTheOldestHasToLeave() {
        add(0, 18);
        assertThat(told).containsExactly(0, 1);
    }

    @Test
    void aPeerThatTakesTooLongToLeaveIsToldAgain() {
        add(0, 18);
        add(18, 19);
        assertThat(told).as("two may be leaving at a time").containsExactly(0, 1, 2, 0);
        assertThat(peers.size()).isEqualTo(18);
    }

    @Test
    void aPeerThatHasLeftMakesRoom() {
        List<UnauthenticatedPeers.Peer> all = add(0, 16);
        all.get(3).leave();
        all.get(3).leave();
        assertThat(peers.size()).isEqualTo(15);
        add(16, 17);
        assertThat(told).isEmpty();
        add(17, 22);
        assertThat(told).containsExactly(0, 1, 2, 0, 4, 1, 5, 2);
    }

    @Test
    void aGreetedPeerStaysWhileStrangersComeAndGo() {
        add(0, 1).get(0).greeted();
        add(1, 100);
        assertThat(told).doesNotContain(0);
    }

    @Test
    void aGreetedPeerTakesAStrangersPlaceIfThereAreMany() {
        List<UnauthenticatedPeers.Peer> all = add(0, 16);
        all.subList(8, 12).forEach(UnauthenticatedPeers.Peer::greeted);
        assertThat(told).as("a quarter has places of its own").isEmpty();
        add(16, 20);
        assertThat(told).isEmpty();
        all.get(12).greeted();
        add(20, 21);
        assertThat(told).as("15 strangers beside 5, and one more").containsExactly(0);
    }

    @Test
    void aGreetedPeerMakesWayForGreetedPeersAlone() {
        List<UnauthenticatedPeers.Peer> greeted = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            greeted.addAll(add(i, i + 1));
            greeted.get(i).greeted();
        }
        assertThat(told).isEmpty();
        add(16, 20);
        assertThat(told).as("a quarter is left for strangers").isEmpty();
        UnauthenticatedPeers.Peer another = add(20, 21).get(0);
        assertThat(told).containsExactly(16);
        another.greeted();
        assertThat(told).containsExactly(16, 0);
        another.greeted();
        greeted.get(0).greeted();
        assertThat(told)
                .as("greeting again changes nothing, nor does greeting when told to leave")
                .containsExactly(16, 0);
    }

    @Test
    void aPeerGreetedBeforeItBeganToLeaveMayStay() {
        UnauthenticatedPeers.Peer oldest = add(0, 1).get(0);
        add(1, 17);
        assertThat(told).containsExactly(0);
        assertThat(oldest.mustLeave()).isTrue();
        oldest.greeted();
        assertThat(oldest.mustLeave()).isFalse();
        add(17, 100);
        assertThat(told).containsOnlyOnce(0);
        oldest.leave();
        assertThat(oldest.mustLeave()).isTrue();
    }

    @Test
    void everybodyCanLeaveFromAnywhere() {
        List<UnauthenticatedPeers.Peer> all = add(0, 18);
        all.get(5).greeted();
        all.forEach(UnauthenticatedPeers.Peer::leave);
        assertThat(peers.size()).isZero();
    }

    @Test
    void theSmallestBudgetIsOne() {
        UnauthenticatedPeers one = new UnauthenticatedPeers(1);
        one.add(() -> told.add(1));
        one.add(() -> told.add(2));
        assertThat(told).containsExactly(1);
        assertThatIllegalArgumentException().isThrownBy(() -> new UnauthenticatedPeers(0));
    }

    @Test
    void aSmallerBudgetTellsTheOldestToLeaveAndALargerOneTakesMore() {
        add(0, 16);
        peers.resize(14);
        assertThat(told).as("one may be leaving at a time").containsExactly(0, 1, 0);
        peers.resize(20);
        add(16, 22);
        assertThat(told).containsExactly(0, 1, 0);
        add(22, 23);
        assertThat(told).containsExactly(0, 1, 0, 2);
        assertThatIllegalArgumentException().isThrownBy(() -> peers.resize(0));
    }

    private List<UnauthenticatedPeers.Peer> add(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(number -> peers.add(() -> told.add(number)))
                .toList();
    }
}
