package io.saltunnel.netty.internal.link;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.saltunnel.netty.internal.accept.AcceptPacingHandler;
import io.saltunnel.netty.internal.admission.FileBudget;
import io.saltunnel.netty.internal.handshake.QuietDeadline;
import io.saltunnel.netty.internal.transport.SocketOptions;
import io.saltunnel.netty.memory.LockedBufferAllocator;
import io.saltunnel.netty.metrics.TunnelHoldings;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server: has each connection prove the key and wait for a slot, and connects it to the target.
 *
 * @param log where what happens is logged
 * @param handshakeTimeout the longest time for a handshake, from accepting on
 * @param admission what its connections pass on their way to the target
 */
public record ServerSide(Logger log, Duration handshakeTimeout, ServerAdmission admission) implements Side {
    private static final Logger LOG = LoggerFactory.getLogger("io.saltunnel.server");

    /**
     * The side of a server.
     *
     * @param settings its settings
     * @param loops the number of its event loops
     * @param files takes what the tunnel needs
     * @return the side
     * @throws IllegalStateException if the key is closed
     */
    public static ServerSide of(TunnelSettings settings, int loops, FileBudget.Share files) {
        Duration deadline = QuietDeadline.of(settings.key, settings.handshakeTimeout);
        return new ServerSide(LOG, deadline, ServerAdmission.of(settings, loops, files, LOG));
    }

    @Override
    public void setConnectingOptions(SocketOptions sockets, Channel connecting) {
        sockets.setOnPlainSide(connecting);
    }

    @Override
    public void setAcceptedOptions(SocketOptions sockets, Channel socket) {
        sockets.setOnAcceptedWireSide(socket);
    }

    @Override
    public boolean acceptedCloseIsReset() {
        return false;
    }

    @Override
    public ChannelHandler newAcceptHandler(LinkContext context) {
        return new AcceptPacingHandler(admission.accepts, context.counters::relayedBytes, context.events, log);
    }

    @Override
    public TunnelLink newLink(LinkContext context, Channel accepted, Consumer<? super TunnelLink> ended) {
        return new ServerLink(context, admission, accepted, ended);
    }

    @Override
    public TunnelHoldings holdings(int links, LockedBufferAllocator buffers) {
        return new TunnelHoldings(
                links,
                admission.unauthenticated.size(),
                admission.slots.held(),
                admission.slots.waiting(),
                admission.hellos.window().size(),
                buffers.buffersInUse(),
                buffers.mappedBytes());
    }
}
