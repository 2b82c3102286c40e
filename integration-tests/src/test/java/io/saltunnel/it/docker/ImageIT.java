package io.saltunnel.it.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.model.HealthCheck;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;

/** The behaviour of the image itself, as its users see it. */
@DockerSuite
class ImageIT {

    private static final Duration GRACE = Duration.ofSeconds(60);
    private static final long MAX_BYTES_ABOVE_BASE = 90_000_000;

    /** Goal: the test bed is what it claims to be: containers that aren't adjacent can't reach each other. */
    @Test
    void theNetworksMeetOnlyBetweenTheEnds(Testbed bed) {
        Tunnel tunnel = bed.tunnelTo("target:80");
        String target = Networks.address(bed.target(), bed.targetNetwork());
        String server = Networks.address(tunnel.server(), bed.wireNetwork());

        assertThat(reaches(bed.application(), "client", 7000)).isTrue();
        assertThat(reaches(bed.application(), server, 7000)).isFalse();
        assertThat(reaches(bed.application(), target, 80)).isFalse();
        Tools besideClient = bed.inside(tunnel.client());
        assertThat(reaches(besideClient, server, 7000)).isTrue();
        assertThat(reaches(besideClient, target, 80)).isFalse();
        assertThat(reaches(bed.target(), server, 7000)).isFalse();
    }

    /** Goal: the program is process 1, under a user without privileges. */
    @Test
    void runsAsProcess1OfItsOwnUser(Testbed bed) {
        Tunnel tunnel = bed.tunnelTo("target:80");

        String status = tunnel.server().exec("cat", "/proc/1/status").text();

        assertThat(status).contains("Name:\tjava", "Uid:\t10001\t10001\t10001\t10001", "CapEff:\t0000000000000000");
    }

    /** Goal: an idle end that is told to stop ends by itself and in order; Docker doesn't have to kill it. */
    @Test
    void endsInOrderWhenToldToStop(Testbed bed) {
        Tunnel tunnel = bed.tunnelTo("target:80");

        tunnel.client().terminate(GRACE);
        tunnel.server().terminate(GRACE);

        assertThat(tunnel.client().exitCode()).isZero();
        assertThat(tunnel.server().exitCode()).isZero();
    }

    /**
     * Goal: a server that is told to stop under traffic accepts no new connection and lets a running transfer finish.
     */
    @Test
    void aRunningTransferFinishesAfterTheOrderToStop(Testbed bed) {
        Tunnel tunnel = bed.tunnelTo("target:80");
        Transfer transfer = Transfer.start(bed);

        CompletableFuture<Void> stopping =
                CompletableFuture.runAsync(() -> tunnel.server().terminate(GRACE));

        transfer.endsWhole();
        stopping.join();
        assertThat(tunnel.server().exitCode()).isZero();
    }

    /** Goal: Docker calls an end healthy once it listens, and no longer once it has been told to stop. */
    @Test
    void isHealthyWhileItListens(Testbed bed) {
        Tunnel tunnel = bed.tunnelTo(
                "target:80",
                ends -> ends.containers(container ->
                        container.withCreateContainerCmdModifier(command -> command.withHealthcheck(everySecond()))));
        await().atMost(GRACE).until(() -> "healthy".equals(health(tunnel.client())));
        await().atMost(GRACE).until(() -> "healthy".equals(health(tunnel.server())));
        Transfer transfer = Transfer.start(bed);

        CompletableFuture<Void> stopping =
                CompletableFuture.runAsync(() -> tunnel.server().terminate(GRACE));

        await().atMost(GRACE).until(() -> "unhealthy".equals(health(tunnel.server())));
        transfer.endsWhole();
        stopping.join();
    }

    /** Goal: the image makes a key in a fresh volume, reads it back, and never overwrites it. */
    @Test
    void makesAndExportsAKeyInAVolume(Testbed bed) {
        String volume = "saltunnel-keys-" + UUID.randomUUID();
        try {
            assertThat(Saltunnel.outcome(c -> c.withKeyVolume(volume), "key", "generate", "/keys/a.key")
                            .exitCode())
                    .isZero();
            Outcome export = Saltunnel.outcome(c -> c.withKeyVolume(volume), "key", "export", "/keys/a.key");
            Outcome again = Saltunnel.outcome(c -> c.withKeyVolume(volume), "key", "generate", "/keys/a.key");

            assertThat(export.text()).matches("([0-9A-F]{4}-){15}[0-9A-F]{4}");
            assertThat(again.exitCode()).isEqualTo(1);
            assertThat(Saltunnel.outcome(c -> c.withKeyVolume(volume), "key", "export", "/keys/a.key"))
                    .isEqualTo(export);
        } finally {
            DockerClientFactory.instance().client().removeVolumeCmd(volume).exec();
        }
    }

    /** Goal: mistakes end the container at once, with the exit codes of the command line. */
    @Test
    void mistakesEndItWithTheirExitCodes(Testbed bed) {
        Outcome noKey = Saltunnel.outcome(c -> {}, "server", "-k", "/keys/none", "0.0.0.0:7000", "target:80");
        Outcome badPort = Saltunnel.outcome(c -> {}, "server", "-k", "/keys/none", "0.0.0.0:70000", "target:80");
        Outcome help = Saltunnel.outcome(c -> {});

        assertThat(noKey.exitCode()).isEqualTo(1);
        assertThat(noKey.errors().strip()).startsWith("saltunnel: ").hasLineCount(1);
        assertThat(badPort.exitCode()).isEqualTo(2);
        assertThat(help.text()).contains("client", "server", "key");
    }

    /** Goal: the image stays small. */
    @Test
    void isNoMoreThan90MbAboveItsBase(Testbed bed) {
        long aboveBase = size(Images.PRODUCT) - size(Images.BASE);

        Report.note("            image: %.1f MB above its base".formatted(aboveBase / 1e6));
        assertThat(aboveBase).isBetween(1L, MAX_BYTES_ABOVE_BASE);
    }

    /** Goal: both ends, started together, forward a first byte; the time is recorded. */
    @Test
    void forwardsAFirstByteSoonAfterItsStart(Testbed bed) {
        Tunnel tunnel = bed.tunnelTo("target:80");
        // By address, because looking up the client's name takes seconds while the client is away.
        String client = Networks.address(tunnel.client(), bed.applicationNetwork());
        tunnel.client().terminate(GRACE);
        tunnel.server().terminate(GRACE);
        CompletableFuture<Outcome> firstByte = bed.application()
                .start("until curl -sf --connect-timeout 0.05 -r 0-0 -o /dev/null http://" + client
                        + ":7000/small.txt; do :; done; date +%s%N");
        var docker = DockerClientFactory.instance().client();

        docker.startContainerCmd(tunnel.server().getContainerId()).exec();
        docker.startContainerCmd(tunnel.client().getContainerId()).exec();

        long first = Long.parseLong(firstByte.join().text());
        var started = Instant.parse(
                Objects.requireNonNull(tunnel.client().inspect().getState().getStartedAt()));
        long startedNanos = started.getEpochSecond() * 1_000_000_000 + started.getNano();
        Report.note("            first byte: %d ms after the later end's start"
                .formatted((first - startedNanos) / 1_000_000));
        assertThat(first).isGreaterThan(startedNanos);
    }

    private static boolean reaches(Tools from, String host, int port) {
        return from.run("nc -z -w 1 " + host + " " + port).succeeded();
    }

    private static long size(String image) {
        return Objects.requireNonNull(DockerClientFactory.instance()
                .client()
                .inspectImageCmd(image)
                .exec()
                .getSize());
    }

    /** The image's own health check, run more often. */
    private static HealthCheck everySecond() {
        return Objects.requireNonNull(DockerClientFactory.instance()
                        .client()
                        .inspectImageCmd(Images.PRODUCT)
                        .exec()
                        .getConfig()
                        .getHealthcheck())
                .withInterval(Duration.ofSeconds(1).toNanos())
                .withRetries(1);
    }

    private static String health(Saltunnel end) {
        return Objects.requireNonNull(end.inspect().getState().getHealth()).getStatus();
    }
}
