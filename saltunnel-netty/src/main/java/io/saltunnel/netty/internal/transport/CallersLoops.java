package io.saltunnel.netty.internal.transport;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.util.concurrent.EventExecutor;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the transport that a caller's event loops drive, and checks whether a tunnel may run on them. */
public final class CallersLoops {
    /** NIO first, because asking the others loads their native libraries. */
    private static final List<SocketTransport> CANDIDATES =
            List.of(SocketTransport.NIO, SocketTransport.EPOLL, SocketTransport.IO_URING, SocketTransport.KQUEUE);

    private CallersLoops() {}

    /**
     * Finds the transport of a group.
     *
     * @param group the group; all its loops must drive the same transport
     * @param asked the requested transport; null takes the group's
     * @return a transport with sockets
     * @throws IllegalArgumentException if the group drives no sockets, drives those of another transport, or has a
     *     fault that harms tunnels
     */
    public static SocketTransport transport(EventLoopGroup group, @Nullable SocketTransport asked) {
        SocketTransport found = null;
        for (EventExecutor each : group) {
            SocketTransport of = each instanceof IoEventLoop loop ? transport(loop) : refuse(each);
            if (found != null && found != of) {
                throw new IllegalArgumentException("some of the event loops drive " + found + ", and some " + of);
            }
            found = of;
        }
        if (found == null) {
            throw new IllegalArgumentException("a group without event loops");
        }
        if (asked != null && asked != found) {
            throw new IllegalArgumentException("the event loops drive " + found + ", not the transport " + asked
                    + " that was asked for; ask for none, or make the loops with Transport." + asked.name()
                    + ".newEventLoops");
        }
        return found;
    }

    private static SocketTransport transport(IoEventLoop loop) {
        SocketTransport transport = CANDIDATES.stream()
                .filter(candidate -> candidate.drives(loop))
                .findFirst()
                .orElseGet(() -> refuse(loop));
        Optional<String> objection = transport.objectionTo(loop);
        if (objection.isPresent()) {
            throw new IllegalArgumentException("a tunnel can't run on these event loops: " + objection.get());
        }
        return transport;
    }

    private static SocketTransport refuse(EventExecutor loop) {
        throw new IllegalArgumentException("these event loops drive no TCP sockets that a tunnel could use ("
                + loop.getClass().getSimpleName() + "); make them with Transport.AUTO.newEventLoops");
    }
}
