package io.saltunnel.netty.internal.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannelConfig;
import org.slf4j.Logger;

/**
 * What the system is told of the connections of a tunnel, on either side of it. Some systems refuse an option to a
 * connection that the peer has reset already; its first read tells that. UNIX domain sockets have no keepalive. Any
 * thread.
 */
public final class SocketOptions {
    private final boolean probesPeers;
    private final KeepAlive wire;
    private final Logger log;

    /**
     * The options of one tunnel.
     *
     * @param probesPeers whether the system probes the peers of both sides
     * @param wire how often on the wire side; on the plain side as is usual for the system
     * @param log is told what can't be set
     */
    public SocketOptions(boolean probesPeers, KeepAlive wire, Logger log) {
        this.probesPeers = probesPeers;
        this.wire = wire;
        this.log = log;
    }

    /**
     * For a connection with an application or a target.
     *
     * @param connection open, with or without a connection yet
     */
    public void setOnPlainSide(Channel connection) {
        set(connection, () -> {
            if (!DomainSockets.isOne(connection)) {
                connection.config().setOption(ChannelOption.SO_KEEPALIVE, probesPeers);
            }
            SystemOption.OUT_OF_BAND_INLINE.set(connection, 1); // or an urgent byte would be missing from the stream
        });
    }

    /**
     * For a connection between client and server.
     *
     * @param connection open, with or without a connection yet
     */
    public void setOnWireSide(Channel connection) {
        if (DomainSockets.isOne(connection)) {
            return;
        }
        set(connection, () -> {
            connection.config().setOption(ChannelOption.SO_KEEPALIVE, probesPeers);
            if (probesPeers) {
                SystemOption.KEEPALIVE_IDLE.set(connection, (int) wire.idle().toSeconds());
                SystemOption.KEEPALIVE_INTERVAL.set(
                        connection, (int) wire.interval().toSeconds());
                SystemOption.KEEPALIVE_PROBES.set(connection, wire.probes());
            }
        });
    }

    /**
     * Lets either direction of a connection end on its own.
     *
     * @param connection a TCP or UNIX domain socket
     */
    public static void allowHalfClosure(Channel connection) {
        if (connection.config() instanceof DuplexChannelConfig config) {
            config.setAllowHalfClosure(true);
        }
    }

    private void set(Channel connection, Runnable options) {
        try {
            options.run();
        } catch (ChannelException e) {
            log.debug("{}: an option of the socket can't be set: {}", connection, e.getMessage());
        }
    }
}
