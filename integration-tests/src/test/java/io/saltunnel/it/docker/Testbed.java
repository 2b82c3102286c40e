package io.saltunnel.it.docker;

import com.github.dockerjava.api.model.Capability;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.lifecycle.Startables;

/**
 * The surroundings of one scenario: the shared application and target, and the containers that it starts itself, which
 * are removed after it. Confined to the scenario's thread.
 */
final class Testbed implements AutoCloseable {

    private static final String LISTEN = "0.0.0.0:" + Saltunnel.PORT;

    private final Backbone backbone;
    private final Path logs;
    private final Deque<Runnable> own = new ArrayDeque<>();

    Testbed(Backbone backbone, Path logs) {
        this.backbone = backbone;
        this.logs = logs;
    }

    /** The container for client programs: reaches {@code client}, and nothing else. */
    Tools application() {
        return backbone.application();
    }

    /** The container of all services: {@code target}, reached only by the server. */
    Tools target() {
        return backbone.target();
    }

    Network applicationNetwork() {
        return backbone.applicationNetwork();
    }

    Network wireNetwork() {
        return backbone.wireNetwork();
    }

    Network targetNetwork() {
        return backbone.targetNetwork();
    }

    /** Starts a tunnel to a host and port of the target network. */
    Tunnel tunnelTo(String target) {
        return tunnelTo(target, ends -> {});
    }

    /** Starts a tunnel to a host and port of the target network, with modified ends. */
    Tunnel tunnelTo(String target, Consumer<Ends> change) {
        var ends = new Ends();
        change.accept(ends);
        Saltunnel server = ends.changedServer(saltunnel(
                "server", wireNetwork(), ends.serverArguments(LISTEN, target).toArray(String[]::new)));
        Saltunnel client = ends.changedClient(saltunnel(
                "client",
                wireNetwork(),
                ends.clientArguments(LISTEN, "server:" + Saltunnel.PORT).toArray(String[]::new)));
        Startables.deepStart(server, client).join();
        Networks.connect(server, targetNetwork());
        Networks.connect(client, applicationNetwork(), "client");
        return new Tunnel(client, server);
    }

    /** A container of the image, named in one network, with the keys; the caller starts it. */
    Saltunnel saltunnel(String name, Network network, String... arguments) {
        return owned(Saltunnel.running(name, logs, List.of(arguments))
                .withKeyVolume(backbone.keyVolume())
                .withNetwork(network)
                .withNetworkAliases(name));
    }

    /** A further target or application, named in one network; the caller starts it. */
    Tools tools(String name, Network network, String... services) {
        return owned(new Tools(name, logs, services).withNetwork(network).withNetworkAliases(name));
    }

    /** Starts tools that see a container's network from inside it, and may change it. */
    Tools inside(GenericContainer<?> container) {
        Tools tools = owned(new Tools("inside", logs)
                .withNetworkMode("container:" + container.getContainerId())
                .withCreateContainerCmdModifier(
                        command -> command.getHostConfig().withCapAdd(Capability.NET_ADMIN)));
        tools.start();
        return tools;
    }

    /** Another network without a way out. */
    Network networkWithIpv6() {
        Network network = Networks.internalWithIpv6();
        own.push(network::close);
        return network;
    }

    private <T extends GenericContainer<T>> T owned(T container) {
        own.push(container::close);
        return container;
    }

    /** Removes what the scenario started, last first; a failure doesn't prevent the rest. */
    @Override
    public void close() {
        RuntimeException failure = null;
        while (!own.isEmpty()) {
            try {
                own.pop().run();
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
