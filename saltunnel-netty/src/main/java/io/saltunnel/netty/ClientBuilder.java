package io.saltunnel.netty;

import io.saltunnel.core.handshake.FirstBytes;
import io.saltunnel.core.key.KeySet;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.internal.link.TunnelSettings;
import io.saltunnel.netty.stage.TunnelConnection;
import java.time.Duration;
import java.util.List;
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

    /** The default time for which a connection goes on trying when no server can be connected to: 2 s. */
    public static final Duration DEFAULT_CONNECT_PATIENCE = Duration.ofSeconds(2);

    ClientBuilder(KeySet key) {
        super(new TunnelSettings(
                TunnelConnection.Role.CLIENT, key, DEFAULT_HANDSHAKE_TIMEOUT, DEFAULT_CONNECT_PATIENCE));
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
        return servers(List.of(Objects.requireNonNull(address, "address")));
    }

    /**
     * Sets several servers to tunnel to. Each connection is made to one of them: they are tried in turn, in the order
     * of {@link #failover}, until one can be connected to. If it doesn't prove the key, each of the others is tried once,
     * with a new handshake; none of the application's data has been sent by then.
     *
     * @param addresses one or more, each as for {@link #server}; the preferred one first
     * @return this
     * @throws IllegalArgumentException if there is none, or one can't be connected to
     */
    public ClientBuilder servers(List<? extends Endpoint> addresses) {
        return forwardTo(addresses);
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

    /**
     * Sets what each connection to a server begins with. Every server accepts either.
     *
     * @param choice {@link FirstBytes#RANDOM} by default. {@link FirstBytes#PRINTABLE} passes firewalls that block
     *     connections whose first packet looks fully random, and makes this client's connections alike to somebody who
     *     looks for exactly that
     * @return this
     */
    public ClientBuilder firstBytes(FirstBytes choice) {
        settings.firstBytes = Objects.requireNonNull(choice, "choice");
        return this;
    }

    @Override
    ClientBuilder self() {
        return this;
    }
}
