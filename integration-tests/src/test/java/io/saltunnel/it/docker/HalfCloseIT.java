package io.saltunnel.it.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Programs that end one direction of a connection and continue with the other. */
@DockerSuite
class HalfCloseIT {

    private static final String MAKE_FILE = "head -c 20000000 /dev/urandom >/tmp/file";

    /** Goal: nc ends its stream; the target sees that, and then answers on the other direction. */
    @Test
    void theTargetAnswersAfterTheApplicationsEnd(Testbed bed) {
        bed.tunnelTo("target:9100");
        CompletableFuture<Outcome> target = listening(bed, 9100, "half_close.py answer 9100");

        String answer = bed.application()
                .run(MAKE_FILE + "; nc -N client 7000 </tmp/file")
                .text();

        assertThat(answer).isEqualTo(bed.application().sha256("/tmp/file"));
        target.join().text();
    }

    /** Goal: the target ends its stream first; the application sees that, and its further data arrives. */
    @Test
    void theApplicationGoesOnAfterTheTargetsEnd(Testbed bed) {
        bed.tunnelTo("target:9101");
        CompletableFuture<Outcome> target = listening(bed, 9101, "half_close.py end-first 9101 /srv/www/large.bin");

        String heard = bed.application()
                .run(MAKE_FILE + "; half_close.py reply client 7000 /tmp/file")
                .text();

        assertThat(heard).isEqualTo(bed.target().sha256("/srv/www/large.bin"));
        assertThat(target.join().text()).isEqualTo(bed.application().sha256("/tmp/file"));
    }

    private static CompletableFuture<Outcome> listening(Testbed bed, int port, String script) {
        CompletableFuture<Outcome> ending = bed.target().start(script);
        await().until(() ->
                !bed.target().run("ss -Hltn 'sport = :" + port + "'").text().isEmpty());
        return ending;
    }
}
