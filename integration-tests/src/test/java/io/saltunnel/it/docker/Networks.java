package io.saltunnel.it.docker;

import com.github.dockerjava.api.model.ContainerNetwork;
import java.util.concurrent.ThreadLocalRandom;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;

/** Networks without a way out, and the places of containers in them. */
final class Networks {

    private Networks() {}

    /** An IPv4 network without a way out. */
    static Network internal() {
        return Network.builder()
                .createNetworkCmdModifier(command -> command.withInternal(true))
                .build();
    }

    /** A network without a way out that also has IPv6, in a random unique local prefix. */
    static Network internalWithIpv6() {
        var random = ThreadLocalRandom.current();
        String prefix = String.format(
                "fd%02x:%04x:%04x::/64", random.nextInt(256), random.nextInt(65536), random.nextInt(65536));
        return Network.builder()
                .enableIpv6(true)
                .createNetworkCmdModifier(command -> command.withInternal(true)
                        .withIpam(new com.github.dockerjava.api.model.Network.Ipam()
                                .withConfig(
                                        new com.github.dockerjava.api.model.Network.Ipam.Config().withSubnet(prefix))))
                .build();
    }

    /** Adds a running container to a network. */
    static void connect(GenericContainer<?> container, Network network, String... aliases) {
        DockerClientFactory.instance()
                .client()
                .connectToNetworkCmd()
                .withContainerId(container.getContainerId())
                .withNetworkId(network.getId())
                .withContainerNetwork(new ContainerNetwork().withAliases(aliases))
                .exec();
    }

    /** Removes a running container from a network; its connections there go silent. */
    static void disconnect(GenericContainer<?> container, Network network) {
        DockerClientFactory.instance()
                .client()
                .disconnectFromNetworkCmd()
                .withContainerId(container.getContainerId())
                .withNetworkId(network.getId())
                .withForce(true)
                .exec();
    }

    /** The current IPv4 address of a running container in a network. */
    static String address(GenericContainer<?> container, Network network) {
        String address = endpoint(container, network).getIpAddress();
        if (address == null || address.isEmpty()) {
            throw new IllegalStateException("no IPv4 address");
        }
        return address;
    }

    /** The current IPv6 address of a running container in a network, without brackets. */
    static String address6(GenericContainer<?> container, Network network) {
        String address = endpoint(container, network).getGlobalIPv6Address();
        if (address == null || address.isEmpty()) {
            throw new IllegalStateException("no IPv6 address");
        }
        return address;
    }

    private static ContainerNetwork endpoint(GenericContainer<?> container, Network network) {
        return DockerClientFactory.instance()
                .client()
                .inspectContainerCmd(container.getContainerId())
                .exec()
                .getNetworkSettings()
                .getNetworks()
                .values()
                .stream()
                .filter(endpoint -> network.getId().equals(endpoint.getNetworkID()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("not in that network"));
    }
}
