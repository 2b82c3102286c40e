package io.saltunnel.it.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Connections that must not pass, or not yet. */
@DockerSuite
class RefusalIT {

    /** Goal: with another key nothing passes: not a byte to the application, no connection to the target. */
    @Test
    void anotherKeyGetsNothingThrough(Testbed bed) {
        Tunnel tunnel = bed.tunnelTo("target:80", ends -> ends.clientKey("/keys/other.key"));
        Tools inside = bed.inside(tunnel.server());

        Outcome outcome = bed.application().run("curl -sS -m 50 http://client:7000/small.txt");

        // 52: closed without an answer; 56: reset.
        assertThat(outcome.exitCode()).isIn(52, 56);
        assertThat(outcome.output()).isEmpty();
        assertThat(inside.run("ss -Htan 'dport = :80'").text()).isEmpty();
        await().untilAsserted(() -> assertThat(tunnel.client().getLogs()).containsIgnoringCase("key"));
    }

    /**
     * Goal: with the client's cap reached, established connections continue and another one waits until a slot is free.
     */
    @Test
    void theClientsCapMakesOneMoreWait(Testbed bed) {
        bed.tunnelTo("target:80", ends -> ends.clientOptions("-m", "4"));
        oneMoreWaits(bed);
    }

    /**
     * Goal: with the server's cap reached, established connections continue and another one waits until a slot is free.
     */
    @Test
    void theServersCapMakesOneMoreWait(Testbed bed) {
        bed.tunnelTo("target:80", ends -> ends.serverOptions("-m", "4"));
        oneMoreWaits(bed);
    }

    private static void oneMoreWaits(Testbed bed) {
        bed.application()
                .run("rm -f /tmp/held /tmp/release /tmp/go; mkfifo /tmp/release")
                .text();
        CompletableFuture<Outcome> held =
                bed.application().start("hold_connections.py client 7000 4 </tmp/release | tee /tmp/held");
        CompletableFuture<Outcome> release =
                bed.application().start("exec 3>/tmp/release; until [ -e /tmp/go ]; do sleep 0.1; done");
        await().atMost(Duration.ofSeconds(60)).until(() -> bed.application().size("/tmp/held") > 0);

        CompletableFuture<Outcome> oneMore = bed.application().start("curl -sSf -m 60 http://client:7000/whoami");
        await().during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(5)).until(() -> !oneMore.isDone());
        bed.application().run("touch /tmp/go").text();

        assertThat(held.join().text()).contains("still held 4");
        release.join().text();
        assertThat(oneMore.join().text()).startsWith("target ");
    }
}
