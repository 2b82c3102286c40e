package io.saltunnel.netty.internal.link;

import io.netty.channel.EventLoopGroup;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.internal.transport.SocketTransport;
import io.saltunnel.netty.stage.TunnelConnection;
import org.jspecify.annotations.Nullable;

/** The settings that a tunnel keeps for its whole life. */
record FixedSettings(
        TunnelConnection.Role role,
        Endpoint listen,
        @Nullable SharedEnvironment environment,
        @Nullable EventLoopGroup loops,
        @Nullable SocketTransport transport,
        long bufferMemory) {
    /**
     * Takes them from all settings.
     *
     * @throws IllegalStateException if an address is missing
     */
    static FixedSettings of(TunnelSettings settings) {
        Endpoint listen = settings.listen;
        if (listen == null || settings.targets.isEmpty()) {
            throw new IllegalStateException("a tunnel needs an address to listen on and one to forward to");
        }
        return new FixedSettings(
                settings.role, listen, settings.environment, settings.loops, settings.transport, settings.bufferMemory);
    }

    /**
     * Checks that a running tunnel can take over other settings.
     *
     * @throws IllegalArgumentException if a setting differs that can't change while a tunnel runs
     */
    void checkKeptBy(FixedSettings next) {
        check(role == next.role, "a client can't become a server, nor a server a client");
        check(listen.equals(next.listen), "it listens on " + listen + " and can't move to " + next.listen);
        check(
                environment == next.environment && loops == next.loops && bufferMemory == next.bufferMemory,
                "its environment, event loops and buffer memory stay as they are");
        check(transport == next.transport, "its transport stays as it is");
    }

    private static void check(boolean kept, String what) {
        if (!kept) {
            throw new IllegalArgumentException("a running tunnel can't be reconfigured like this: " + what);
        }
    }
}
