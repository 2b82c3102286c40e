package io.saltunnel.it.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.testcontainers.containers.Network;

/** Networks with IPv6. */
@DockerSuite
class Ipv6IT {

    /** Goal: a tunnel with IPv6 on every hop: application, client, server and target named by their addresses. */
    @Test
    void everyHopMayBeIpv6(Testbed bed) {
        Network applicationSide = bed.networkWithIpv6();
        Network wire = bed.networkWithIpv6();
        Network targetSide = bed.networkWithIpv6();
        Tools target = bed.tools("target6", targetSide, "web");
        Tools application = bed.tools("application6", applicationSide);
        target.start();
        application.start();

        Saltunnel server = bed.saltunnel(
                "server6",
                wire,
                "server",
                "-k",
                "/keys/tunnel.key",
                "[::]:7000",
                "[" + Networks.address6(target, targetSide) + "]:80");
        server.start();
        Networks.connect(server, targetSide);
        Saltunnel client = bed.saltunnel(
                "client6",
                wire,
                "client",
                "-k",
                "/keys/tunnel.key",
                "[::]:7000",
                "[" + Networks.address6(server, wire) + "]:7000");
        client.start();
        Networks.connect(client, applicationSide);

        application
                .run("curl -sSf -g -o /tmp/large http://[" + Networks.address6(client, applicationSide)
                        + "]:7000/large.bin")
                .text();
        assertThat(application.sha256("/tmp/large")).isEqualTo(target.sha256("/srv/www/large.bin"));
    }

    /** Goal: all addresses of a name with both families are tried, whichever family the listener uses. */
    @Test
    void aNameIsTriedInBothFamilies(Testbed bed) {
        Network wire = bed.networkWithIpv6();
        Network targetSide = bed.networkWithIpv6();
        Tools target = bed.tools("target6", targetSide);
        target.start();
        var listener = target.start("echo only on IPv6 | nc -6 -N -l 9102");
        await().until(() -> !target.run("ss -Hltn 'sport = :9102'").text().isEmpty());

        // The server listens on IPv4 only, the target on IPv6 only; both are named.
        Saltunnel server =
                bed.saltunnel("server6", wire, "server", "-k", "/keys/tunnel.key", "0.0.0.0:7000", "target6:9102");
        server.start();
        Networks.connect(server, targetSide);
        Saltunnel client =
                bed.saltunnel("client6", wire, "client", "-k", "/keys/tunnel.key", "0.0.0.0:7000", "server6:7000");
        client.start();
        Networks.connect(client, bed.applicationNetwork(), "client6");

        assertThat(bed.application().run("nc -d client6 7000").text()).isEqualTo("only on IPv6");
        listener.join().text();
    }
}
