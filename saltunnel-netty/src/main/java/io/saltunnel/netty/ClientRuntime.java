package io.saltunnel.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.saltunnel.netty.internal.accept.ConnectionLimitHandler;
import io.saltunnel.netty.internal.connect.Connector;
import io.saltunnel.netty.internal.handshake.HandshakeSettings;
import org.slf4j.Logger;

/** The state that the links of one running client share. */
final class ClientRuntime extends TunnelRuntime {
    private final int maxConnections;

    ClientRuntime(
            Logger log, HandshakeSettings handshakes, Connector connector, TunnelStages stages, int maxConnections) {
        super(log, handshakes, connector, stages);
        this.maxConnections = maxConnections;
    }

    @Override
    ChannelHandler acceptHandler() {
        return new ConnectionLimitHandler(maxConnections, log);
    }

    @Override
    Link newLink(Channel accepted) {
        return new ClientLink(this, accepted);
    }
}
