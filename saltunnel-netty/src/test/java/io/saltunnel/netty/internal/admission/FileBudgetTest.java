package io.saltunnel.netty.internal.admission;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OpenFilesTest {
    @Test
    void saysNothingWhereThereIsRoomForEverybody() {
        assertThat(OpenFiles.shortage(100, 128, 0, 456)).isEmpty();
        assertThat(OpenFiles.shortage(100, 0, 0, 328)).isEmpty();
        assertThat(OpenFiles.shortage(1_000_000_000, 5000, 0, Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void saysWhatIsWantedAndAllowedAndHowToRaiseIt() {
        assertThat(OpenFiles.shortage(100, 0, 0, 327).orElseThrow())
                .startsWith("100 connections at once, of two open files each and 128 files of the program's own take"
                        + " 328 open files, and 327 are allowed")
                .contains("`ulimit -n 328`", "LimitNOFILE=328", "--ulimit nofile=328", "lower maxConnections")
                .doesNotContain("\n");
        assertThat(OpenFiles.shortage(100, 128, 0, 455).orElseThrow())
                .contains("128 connections that have not proved the key or wait", "take 456 open files");
    }

    @Test
    void theSharesOfWhatIsLeftFitInIt() {
        int most = (int) Math.min(1_000_000, OpenFiles.limit() / 4);
        OpenFiles.Share share = new OpenFiles().newShare();
        long others = 2L * share.strangers(most);
        assertThat(share.strangers(most)).isBetween(64, 4096);
        assertThat(share.waiting(most)).isBetween(64, 4096);
        assertThat(OpenFiles.shortage(most, others, 0, Math.max(OpenFiles.limit(), 1024)))
                .isEmpty();
    }

    @Test
    void aShareLeavesLessToTheOthersUntilItIsGivenBack() {
        OpenFiles files = new OpenFiles(10_128);
        OpenFiles.Share first = files.newShare();
        OpenFiles.Share second = files.newShare();
        assertThat(first.strangers(1000)).isEqualTo(4000);
        assertThat(first.take(1000, 4000)).isEmpty();
        assertThat(second.strangers(1000)).isEqualTo(1000);
        assertThat(second.take(1000, 2001).orElseThrow())
                .contains("6000 files of the other tunnels", "take 10129 open files, and 10128 are allowed");
        first.giveBack();
        first.giveBack();
        second.giveBack();
        assertThat(second.strangers(1000)).isEqualTo(4000);
    }
}
