package io.saltunnel.netty.internal.admission;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FileBudgetTest {
    @Test
    void saysNothingWhereThereIsRoomForEverybody() {
        assertThat(FileBudget.shortage(100, 128, 0, 456)).isEmpty();
        assertThat(FileBudget.shortage(100, 0, 0, 328)).isEmpty();
        assertThat(FileBudget.shortage(1_000_000_000, 5000, 0, Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void saysWhatIsWantedAndAllowedAndHowToRaiseIt() {
        assertThat(FileBudget.shortage(100, 0, 0, 327).orElseThrow())
                .startsWith("100 connections at once, of two open files each and 128 files of the program's own take"
                        + " 328 open files, and 327 are allowed")
                .contains("`ulimit -n 328`", "LimitNOFILE=328", "--ulimit nofile=328", "lower maxConnections")
                .doesNotContain("\n");
        assertThat(FileBudget.shortage(100, 128, 0, 455).orElseThrow())
                .contains("128 connections that have not proved the key or wait", "take 456 open files");
    }

    @Test
    void theSharesOfWhatIsLeftFitInIt() {
        int most = (int) Math.min(1_000_000, FileBudget.limit() / 4);
        FileBudget.Share share = new FileBudget().newShare();
        long others = 2L * share.unauthenticated(most);
        assertThat(share.unauthenticated(most)).isBetween(64, 4096);
        assertThat(share.waiting(most)).isBetween(64, 4096);
        assertThat(FileBudget.shortage(most, others, 0, Math.max(FileBudget.limit(), 1024)))
                .isEmpty();
    }

    @Test
    void aShareLeavesLessToTheOthersUntilItIsGivenBack() {
        FileBudget files = new FileBudget(10_128);
        FileBudget.Share first = files.newShare();
        FileBudget.Share second = files.newShare();
        assertThat(first.unauthenticated(1000)).isEqualTo(4000);
        assertThat(first.take(1000, 4000)).isEmpty();
        assertThat(second.unauthenticated(1000)).isEqualTo(1000);
        assertThat(second.take(1000, 2001).orElseThrow())
                .contains("6000 files of the other tunnels", "take 10129 open files, and 10128 are allowed");
        first.giveBack();
        first.giveBack();
        second.giveBack();
        assertThat(second.unauthenticated(1000)).isEqualTo(4000);
    }
}
