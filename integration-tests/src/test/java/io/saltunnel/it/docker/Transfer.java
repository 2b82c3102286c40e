package io.saltunnel.it.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A download by curl that takes seconds, for scenarios with an event in the middle. */
final class Transfer {

    private final Testbed bed;
    private final String file;
    private final CompletableFuture<Outcome> ending;

    private Transfer(Testbed bed, String file, CompletableFuture<Outcome> ending) {
        this.bed = bed;
        this.file = file;
        this.ending = ending;
    }

    /** Starts to fetch 64 MiB at no more than 12 MiB/s through the tunnel, and waits until data has arrived. */
    static Transfer start(Testbed bed) {
        String file = "/tmp/transfer." + System.nanoTime();
        var transfer = new Transfer(
                bed,
                file,
                bed.application().start("curl -sS --limit-rate 12M -o " + file + " http://client:7000/large.bin"));
        transfer.awaitMore();
        return transfer;
    }

    /** Waits until more data has arrived. */
    void awaitMore() {
        long size = bed.application().size(file);
        await().atMost(Duration.ofSeconds(60)).until(() -> bed.application().size(file) > size);
    }

    /** Waits until nothing has arrived for a second. */
    void awaitStandstill() {
        var last = new long[] {-1};
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> last[0] == (last[0] = bed.application().size(file)));
        assertThat(ending).isNotDone();
    }

    /** Waits for its end, and checks that everything arrived unchanged. */
    void endsWhole() {
        ending.join().text();
        assertThat(bed.application().sha256(file)).isEqualTo(bed.target().sha256("/srv/www/large.bin"));
    }

    /** Waits for its end, and checks that curl reported a failure. */
    void endsAsFailure() {
        // 18: the file was cut short; 56: the connection was reset.
        assertThat(ending.join().exitCode()).isIn(18, 56);
    }
}
