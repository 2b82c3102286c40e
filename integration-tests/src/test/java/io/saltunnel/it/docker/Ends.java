package io.saltunnel.it.docker;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Changes to the two ends of one tunnel. */
final class Ends {

    private static final String KEY = "/keys/tunnel.key";

    private final List<String> clientOptions = new ArrayList<>();
    private final List<String> serverOptions = new ArrayList<>();
    private Consumer<Saltunnel> clientContainer = container -> {};
    private Consumer<Saltunnel> serverContainer = container -> {};
    private String clientKey = KEY;

    /** Adds options to the client's command line. */
    Ends clientOptions(String... options) {
        clientOptions.addAll(List.of(options));
        return this;
    }

    /** Adds options to the server's command line. */
    Ends serverOptions(String... options) {
        serverOptions.addAll(List.of(options));
        return this;
    }

    /** Gives the client a key other than the server's. */
    Ends clientKey(String file) {
        clientKey = file;
        return this;
    }

    /** Changes the containers of both ends. */
    Ends containers(Consumer<Saltunnel> change) {
        clientContainer = clientContainer.andThen(change);
        serverContainer = serverContainer.andThen(change);
        return this;
    }

    List<String> clientArguments(String listen, String server) {
        return arguments("client", clientOptions, clientKey, listen, server);
    }

    List<String> serverArguments(String listen, String target) {
        return arguments("server", serverOptions, KEY, listen, target);
    }

    Saltunnel changedClient(Saltunnel client) {
        clientContainer.accept(client);
        return client;
    }

    Saltunnel changedServer(Saltunnel server) {
        serverContainer.accept(server);
        return server;
    }

    private static List<String> arguments(String role, List<String> options, String key, String listen, String to) {
        var arguments = new ArrayList<String>();
        arguments.add(role);
        arguments.addAll(options);
        // -v helps to find out why a scenario failed.
        arguments.addAll(List.of("-vv", "-k", key, listen, to));
        return arguments;
    }
}
