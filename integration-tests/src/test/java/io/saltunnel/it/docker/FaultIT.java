package io.saltunnel.it.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Common faults under traffic: ends that die, stall and restart, cut networks, a target that moves. */
@DockerSuite
class FaultIT {

    private static final String FETCH_SMALL = "curl -sSf -m 20 http://client:7000/small.txt | sha256sum";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Goal: when the server is killed, no transfer looks whole; once it is back, the same client continues. */
    @Test
    void aKilledServerFailsTransfersAndMayComeBack(Testbed bed) {
        Tunnel tunnel = bed.tunnelTo("target:80");
        Transfer transfer = Transfer.start(bed);

        tunnel.server().kill();

        transfer.endsAsFailure();
        tunnel.server().startAgain();
        awaitService(bed);
        assertThat(tunnel.client().isRunning()).isTrue();
    }

    /** Goal: when the client is killed, no transfer looks whole; the server continues, and a new client works. */
    @Test
    void aKilledClientFailsTransfersAndMayComeBack(Testbed bed) {
        Tunnel tunnel = bed.tunnelTo("target:80");
        Transfer transfer = Transfer.start(bed);

        tunnel.client().kill();

        transfer.endsAsFailure();
        tunnel.client().startAgain();
        awaitService(bed);
        assertThat(tunnel.server().isRunning()).isTrue();
    }

    /** Goal: a transfer pauses while the server is paused, and then continues until its end. */
    @Test
    void aPausedServerOnlyDelaysATransfer(Testbed bed) {
        Tunnel tunnel = bed.tunnelTo("target:80");
        Transfer transfer = Transfer.start(bed);

        tunnel.server().pause();
        transfer.awaitStandstill();
        tunnel.server().unpause();

        transfer.endsWhole();
    }

    /** Goal: a transfer pauses while the client is paused, and then continues until its end. */
    @Test
    void aPausedClientOnlyDelaysATransfer(Testbed bed) {
        Tunnel tunnel = bed.tunnelTo("target:80");
        Transfer transfer = Transfer.start(bed);

        tunnel.client().pause();
        transfer.awaitStandstill();
        tunnel.client().unpause();

        transfer.endsWhole();
    }

    /**
     * Goal: with both ends restarted in turn under a stream of requests, none gets a wrong answer, and service returns.
     */
    @Test
    void restartsUnderRequestsNeverGiveAWrongAnswer(Testbed bed) {
        Tunnel tunnel = bed.tunnelTo("target:80");
        bed.application().run("rm -f /tmp/enough /tmp/answers").text();
        var requests = bed.application().start("""
                        until [ -e /tmp/enough ]; do
                          if answer=$(curl -sSf -m 5 http://client:7000/small.txt 2>/dev/null); then
                            [ "$answer" = "$(seq 1 1000)" ] && echo right || echo wrong
                          else
                            echo failed
                          fi >>/tmp/answers
                        done""");
        awaitRightAnswers(bed);

        tunnel.server().terminate(PATIENCE);
        tunnel.server().startAgain();
        awaitRightAnswers(bed);
        tunnel.client().terminate(PATIENCE);
        tunnel.client().startAgain();
        awaitRightAnswers(bed);

        bed.application().run("touch /tmp/enough").text();
        requests.join().text();
        assertThat(bed.application().run("sort -u /tmp/answers").text()).doesNotContain("wrong");
    }

    /** Goal: the next connection finds a target that has moved to another address, because names are resolved anew. */
    @Test
    void aTargetThatMovedIsFound(Testbed bed) {
        Tools before = bed.tools("before", bed.targetNetwork(), "web").withNetworkAliases("moving");
        before.start();
        String oldAddress = Networks.address(before, bed.targetNetwork());
        bed.tunnelTo("moving:80");
        assertThat(whoAnswers(bed)).isEqualTo("before " + oldAddress);

        before.stop();
        // Takes the address that became free.
        bed.tools("neighbour", bed.targetNetwork()).start();
        Tools after = bed.tools("after", bed.targetNetwork(), "web").withNetworkAliases("moving");
        after.start();

        String newAddress = Networks.address(after, bed.targetNetwork());
        assertThat(newAddress).isNotEqualTo(oldAddress);
        assertThat(whoAnswers(bed)).isEqualTo("after " + newAddress);
    }

    /** Goal: a temporary cut between the ends only delays a transfer. */
    @Test
    void aCutThatHealsOnlyDelaysATransfer(Testbed bed) {
        Tunnel tunnel = bed.tunnelTo("target:80");
        Tools inside = bed.inside(tunnel.server());
        String device = inside.run("ip -o address show | awk '/ " + Networks.address(tunnel.server(), bed.wireNetwork())
                        + "\\// { print $2 }'")
                .text();
        Transfer transfer = Transfer.start(bed);

        inside.run("ip link set dev " + device + " down").text();
        transfer.awaitStandstill();
        inside.run("ip link set dev " + device + " up").text();

        transfer.endsWhole();
    }

    /**
     * Goal: without a network between the ends each connection fails separately; once it is back, the next succeeds.
     */
    @Test
    void connectionsFailWithoutANetworkAndSucceedWithOne(Testbed bed) {
        Tunnel tunnel = bed.tunnelTo("target:80", ends -> ends.clientOptions("-t", "2"));
        bed.application().run(FETCH_SMALL).text();

        Networks.disconnect(tunnel.server(), bed.wireNetwork());
        for (int i = 0; i < 3; i++) {
            assertThat(bed.application()
                            .run("curl -sSf -m 20 http://client:7000/small.txt")
                            .exitCode())
                    .isIn(52, 56);
        }
        Networks.connect(tunnel.server(), bed.wireNetwork(), "server");

        awaitService(bed);
        assertThat(tunnel.client().getLogs()).contains("server:7000");
    }

    private static void awaitService(Testbed bed) {
        await().atMost(PATIENCE)
                .until(() -> bed.application()
                        .run("curl -sSf -m 5 http://client:7000/small.txt")
                        .succeeded());
    }

    private static String whoAnswers(Testbed bed) {
        return bed.application()
                .run("curl -sSf -m 20 http://client:7000/whoami")
                .text();
    }

    private static void awaitRightAnswers(Testbed bed) {
        int soFar = rightAnswers(bed);
        await().atMost(PATIENCE).until(() -> rightAnswers(bed) > soFar + 20);
    }

    private static int rightAnswers(Testbed bed) {
        return Integer.parseInt(bed.application()
                .run("grep -c right /tmp/answers || true")
                .text()
                .replaceAll("^$", "0"));
    }
}
