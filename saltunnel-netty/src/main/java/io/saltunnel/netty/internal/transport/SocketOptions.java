package io.saltunnel.netty.internal.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.socket.DuplexChannelConfig;
import io.saltunnel.netty.internal.log.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The options of a tunnel's sockets on either side. Some systems refuse an option on a connection that the peer has
 * reset already. This ignores that, because the first read reports the reset. UNIX domain sockets have no keepalive.
 * Any thread.
 *
 * <p>On Linux an accepted connection inherits the options of the listening socket. There they are set once on the
 * listening socket, and not on each connection.
 */
public final class SocketOptions {
    /**
     * The bytes that a peer of the plain side can send at once into a new connection. A peer's system that sends a
     * reset drops the data that didn't fit into the receiver's window. Linux's default is half as much.
     */
    private static final int FIRST_WINDOW = 256 * 1024;

    private record Setting(SystemOption option, int value) {}

    private final List<Setting> plain = new ArrayList<>();
    private final List<Setting> wire = new ArrayList<>();
    private final List<Setting> acceptedWire = new ArrayList<>();
    private final Logger log;

    /**
     * The options of one tunnel.
     *
     * @param probesPeers whether the system probes the peers of both sides
     * @param keepAlive the times of the probes on the wire side; on the plain side the system's defaults apply
     * @param userTimeout the time after which an accepted wire side is given up if its data isn't acknowledged; null
     *     for the system's own limit. Not set on a connecting wire side, where it would limit the attempt to connect
     * @param log receives a debug line for an option that can't be set
     */
    public SocketOptions(boolean probesPeers, KeepAlive keepAlive, @Nullable Duration userTimeout, Logger log) {
        this.log = log;
        plain.add(new Setting(SystemOption.OUT_OF_BAND_INLINE, 1)); // or the stream would lose an urgent byte
        // The first setting enlarges the receive buffer, which keeps its size after the second. SO_RCVBUF would stop
        // Linux from adapting the window to a long path.
        plain.add(new Setting(SystemOption.RECEIVE_LOW_WATER, FIRST_WINDOW));
        plain.add(new Setting(SystemOption.RECEIVE_LOW_WATER, 1));
        // Set even to the system's default, because a listening socket may have had another setting before.
        plain.add(new Setting(SystemOption.KEEPALIVE, probesPeers ? 1 : 0));
        wire.add(new Setting(SystemOption.KEEPALIVE, probesPeers ? 1 : 0));
        if (probesPeers) {
            wire.add(new Setting(
                    SystemOption.KEEPALIVE_IDLE, (int) keepAlive.idle().toSeconds()));
            wire.add(new Setting(
                    SystemOption.KEEPALIVE_INTERVAL, (int) keepAlive.interval().toSeconds()));
            wire.add(new Setting(SystemOption.KEEPALIVE_PROBES, keepAlive.probes()));
        }
        acceptedWire.addAll(wire);
        acceptedWire.add(new Setting(
                SystemOption.USER_TIMEOUT, userTimeout == null ? 0 : Math.toIntExact(userTimeout.toMillis())));
    }

    /**
     * Sets the options of a connection with an application or a target.
     *
     * @param socket the connection, connected or not; or the socket that listens for such connections
     */
    public void setOnPlainSide(Channel socket) {
        set(socket, plain);
    }

    /**
     * Sets the options of a client's connection to a server.
     *
     * @param socket the connection, not connected yet
     */
    public void setOnConnectingWireSide(Channel socket) {
        set(socket, wire);
    }

    /**
     * Sets the options of connections that a server accepts.
     *
     * @param socket the connection, or the socket that listens for such connections
     */
    public void setOnAcceptedWireSide(Channel socket) {
        set(socket, acceptedWire);
    }

    /**
     * Lets each direction of a connection end separately.
     *
     * @param connection a TCP or UNIX domain socket
     */
    public static void allowHalfClosure(Channel connection) {
        if (connection.config() instanceof DuplexChannelConfig config) {
            config.setAllowHalfClosure(true);
        }
    }

    private void set(Channel socket, List<Setting> settings) {
        try {
            for (Setting setting : settings) {
                if (setting.option() == SystemOption.OUT_OF_BAND_INLINE || !DomainSockets.isOne(socket)) {
                    setting.option().set(socket, setting.value());
                }
            }
        } catch (ChannelException e) {
            log.debug("an option of a socket can't be set: {}", Reason.of(e));
        }
    }
}
