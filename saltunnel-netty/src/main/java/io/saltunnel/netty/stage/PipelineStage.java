package io.saltunnel.netty.stage;

import io.netty.channel.ChannelHandler;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.TreeMap;

/**
 * Adds handlers to the pipelines of a tunnel's connections, at named places.
 *
 * <pre>
 *   plain socket ⇄ [PLAIN_SOCKET] ⇄ relay ⇄ [TUNNEL] ⇄ cipher ⇄ frames ⇄ [WIRE_SOCKET] ⇄ wire socket
 * </pre>
 *
 * <p>A stage is given to a builder, which may start several tunnels, each with many connections on several event loops,
 * and so on several threads: what a stage object keeps for all of them must be safe for that, what it keeps for one
 * connection belongs into the handlers. A provider makes it available by name, see {@link PipelineStageProvider}.
 *
 * <p>What handlers at these places may rely on, and have to keep to: messages are {@link io.netty.buffer.ByteBuf}s,
 * owned by whoever receives them; {@code autoRead} is off, and the tunnel asks for each read itself, so that a handler
 * that swallows all of a read has to ask for the next one ({@code ctx.read()}); an exception that reaches the relay
 * resets both connections, which is how a stage ends a connection; the tunnel starts when {@code channelActive} of the
 * accepted connection has come through all stages, so that holding it back holds the tunnel back.
 *
 * <p>A whole one:
 *
 * {@snippet class="io.saltunnel.examples.stage.QuotaStage" region="stage"}
 */
@FunctionalInterface
public interface PipelineStage {
    /** Where handlers stand. */
    enum Place {
        /**
         * On the plain side, next to its socket: bytes as the application (on a client) or the target (on a server)
         * sends and gets them.
         */
        PLAIN_SOCKET,
        /**
         * On the wire side, between the relay and the cipher: plaintext as it goes through the tunnel. What is written
         * here before the handshake is over waits for it; what is added here arrives at the other end as if the plain
         * side had sent it, and isn't counted.
         */
        TUNNEL,
        /** On the wire side, next to its socket: the handshake and sealed frames. */
        WIRE_SOCKET
    }

    /**
     * Makes the handlers for one place of one connection. Called when the pipeline of that side is assembled, on the
     * connection's event loop, once for each place: for the accepted side at once, for the other side when its
     * connection is there. A connection that ends earlier never has the other side.
     *
     * <p>An exception resets the connection.
     *
     * @param place which place
     * @param connection which connection
     * @return handlers in their order, the first next to the socket ({@link Place#TUNNEL}: to the cipher); empty for
     *     none. New ones for each call unless they are sharable
     */
    List<ChannelHandler> handlersAt(Place place, TunnelConnection connection);

    /**
     * A tunnel with this stage has stopped, or could not be started: its connections are closed, and there will be no
     * new ones. Called once for each tunnel, on any thread. Does nothing by default.
     */
    default void tunnelStopped() {}

    /**
     * Finds a provider on the class path or the module path, as the calling thread's context class loader sees it, and
     * has it make a stage.
     *
     * @param name the provider's {@linkplain PipelineStageProvider#name() name}
     * @param argument what the stage is configured with; its meaning is the provider's, empty for none
     * @return a new stage
     * @throws IllegalArgumentException if there is no such provider (the message says which there are), or the provider
     *     does not understand the argument
     * @throws java.util.ServiceConfigurationError if a provider on the path can't be made
     */
    static PipelineStage load(String name, String argument) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(argument, "argument");
        TreeMap<String, PipelineStageProvider> providers = new TreeMap<>();
        for (PipelineStageProvider provider : ServiceLoader.load(PipelineStageProvider.class)) {
            providers.putIfAbsent(provider.name(), provider);
        }
        PipelineStageProvider provider = providers.get(name);
        if (provider == null) {
            throw new IllegalArgumentException("there is no stage '" + name + "'; "
                    + (providers.isEmpty()
                            ? "none is on the path"
                            : "there are: " + String.join(", ", providers.keySet())));
        }
        return provider.create(argument);
    }
}
