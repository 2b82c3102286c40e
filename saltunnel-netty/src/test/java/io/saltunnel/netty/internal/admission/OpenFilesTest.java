package io.saltunnel.netty.internal.admission;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OpenFilesTest {
    @Test
    void saysNothingWhereThereIsRoomForEverybody() {
        assertThat(OpenFiles.shortage(100, 128, 456)).isEmpty();
        assertThat(OpenFiles.shortage(100, 0, 328)).isEmpty();
        assertThat(OpenFiles.shortage(1_000_000_000, 5000, Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void saysWhatIsWantedAndAllowedAndHowToRaiseIt() {
        assertThat(OpenFiles.shortage(100, 0, 327).orElseThrow())
                .startsWith("100 connections at once, of two open files each and 128 files of the program's own take"
                        + " 328 open files, and 327 are allowed")
                .contains("`ulimit -n 328`", "LimitNOFILE=328", "--ulimit nofile=328", "lower maxConnections")
                .doesNotContain("\n");
        assertThat(OpenFiles.shortage(100, 128, 455).orElseThrow())
                .contains("128 connections that have not proved the key or wait", "take 456 open files");
    }

    @Test
    void theSharesOfWhatIsLeftFitInIt() {
        int most = (int) Math.min(1_000_000, OpenFiles.limit() / 4);
        long others = 2L * OpenFiles.strangers(most);
        assertThat(OpenFiles.strangers(most)).isBetween(64, 4096);
        assertThat(OpenFiles.waiting(most)).isBetween(64, 4096);
        assertThat(OpenFiles.shortage(most, others, Math.max(OpenFiles.limit(), 1024)))
                .isEmpty();
    }
}
