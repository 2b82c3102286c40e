package io.saltunnel.it.docker;

import com.github.dockerjava.api.DockerClient;
import java.nio.file.Path;
import java.util.UUID;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Network;

/**
 * The parts that all scenarios share, because they take seconds to start and no scenario changes them: the three
 * networks, a target with every service, an application beside the client, and a volume with two keys.
 */
final class Backbone implements AutoCloseable {

    private final Network applicationNetwork = Networks.internal();
    private final Network wireNetwork = Networks.internal();
    private final Network targetNetwork = Networks.internal();
    private final String keyVolume = "saltunnel-keys-" + UUID.randomUUID();
    private final Tools application;
    private final Tools target;

    private Backbone() {
        Path logs = Report.FOLDER.resolve("shared");
        application = new Tools("application", logs).withNetwork(applicationNetwork);
        target = new Tools("target", logs, "web", "postgres", "redis", "ssh", "iperf")
                .withNetwork(targetNetwork)
                .withNetworkAliases("target");
    }

    /** Builds the images if necessary, and starts everything. */
    static Backbone start() {
        Images.build();
        var backbone = new Backbone();
        try {
            backbone.makeKeys();
            backbone.application.start();
            backbone.target.start();
            return backbone;
        } catch (RuntimeException | Error e) {
            backbone.close();
            throw e;
        }
    }

    Network applicationNetwork() {
        return applicationNetwork;
    }

    Network wireNetwork() {
        return wireNetwork;
    }

    Network targetNetwork() {
        return targetNetwork;
    }

    /** A volume with {@code tunnel.key} and {@code other.key}, made by the image itself. */
    String keyVolume() {
        return keyVolume;
    }

    /** In a network in which it can only reach the client. */
    Tools application() {
        return application;
    }

    /** Named {@code target}; in a network that only the server joins. */
    Tools target() {
        return target;
    }

    private void makeKeys() {
        for (String name : new String[] {"tunnel.key", "other.key"}) {
            try (var command =
                    Saltunnel.command("key", "generate", "/keys/" + name).withKeyVolume(keyVolume)) {
                command.start();
            }
        }
    }

    @Override
    public void close() {
        application.close();
        target.close();
        applicationNetwork.close();
        wireNetwork.close();
        targetNetwork.close();
        DockerClient docker = DockerClientFactory.instance().client();
        docker.removeVolumeCmd(keyVolume).exec();
    }
}
