package io.saltunnel.netty;

import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.internal.link.TunnelSettings;
import io.saltunnel.netty.stage.TunnelConnection;
import java.time.Duration;
import java.util.Objects;

/**
 * Configures and starts a client, which accepts plaintext connections and carries each through a separate tunnel to a
 * server. Made by {@link Tunnel#client}. Used by one thread at a time; any thread may use the {@link Tunnel} that it
 * starts.
 *
 * <p>A client on a free port:
 *
 * {@snippet lang="java" :
 * Tunnel tunnel = Tunnel.client(key)
 *         .listen(HostAndPort.parse("127.0.0.1:0")) // 0: any free port
 *         .server(server)
 *         .idleTimeout(Duration.ofMinutes(10))
 *         .accessLog(true)
 *         .start()
 *         .join();
 * SocketAddress forApplications = tunnel.boundAddress().toSocketAddress();
 * }
 *
 * <p>Stopping it:
 *
 * {@snippet lang="java" :
 * long carried = tunnel.stats().plainBytes() + tunnel.stats().wireBytes();
 * tunnel.stop(Duration.ofSeconds(10)).join(); // gives connections ten seconds to finish
 * }
 */
public final class ClientBuilder extends TunnelBuilder<ClientBuilder> {
    /** The default handshake time-out, which is the time for a server's answer: 10 s. */
    public static final Duration DEFAULT_HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

    ClientBuilder(LongTermKey key) {
        super(new TunnelSettings(TunnelConnection.Role.CLIENT, key, DEFAULT_HANDSHAKE_TIMEOUT));
    }

    /**
     * Sets the server to tunnel to. Required.
     *
     * @param address a host and a port from 1 to 65535, or the path of a UNIX domain socket. A host name is looked up
     *     for every connection
     * @return this
     * @throws IllegalArgumentException if the host is empty, the port is 0, or a path has a mode
     */
    public ClientBuilder server(Endpoint address) {
        return forwardTo(address);
    }

    /**
     * Sets the version of the protocol. A client never falls back to another one.
     *
     * @param version the version; version 2 by default
     * @return this
     */
    public ClientBuilder protocol(ProtocolVersion version) {
        settings.protocol = Objects.requireNonNull(version, "version");
        return this;
    }

    @Override
    ClientBuilder self() {
        return this;
    }
}
