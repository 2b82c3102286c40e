package io.saltunnel.netty.stage;

import io.saltunnel.netty.HostAndPort;
import java.net.SocketAddress;
import java.util.function.Consumer;

/**
 * One connection through a tunnel, as its {@link PipelineStage}s see it: the connection that was accepted, and the one
 * made for it. Any thread may ask; {@link #whenEnded} is for the connection's event loop.
 */
public interface TunnelConnection {
    /** At which end of the tunnel this is. */
    enum Role {
        /** Accepts plaintext connections: the accepted side is the plain side. */
        CLIENT(PipelineStage.Place.PLAIN_SOCKET),
        /** Accepts tunnel connections: the accepted side is the wire side. */
        SERVER(PipelineStage.Place.WIRE_SOCKET);

        private final PipelineStage.Place acceptedPlace;

        Role(PipelineStage.Place acceptedPlace) {
            this.acceptedPlace = acceptedPlace;
        }

        /**
         * Where the accepted socket is.
         *
         * @return the place next to it: the one whose handlers every connection gets, and gets first
         */
        public PipelineStage.Place acceptedPlace() {
            return acceptedPlace;
        }
    }

    /**
     * At which end this is.
     *
     * @return the tunnel's role
     */
    Role role();

    /**
     * Who connected: the application on a client, the tunnel's client on a server.
     *
     * @return the accepted connection's remote address; one named {@code gone}, unresolved, if the system no longer
     *     knew it
     */
    SocketAddress peer();

    /**
     * What it connected to.
     *
     * @return the accepted connection's local address; one named {@code gone}, unresolved, if the system no longer knew
     *     it
     */
    SocketAddress local();

    /**
     * Where the connection leads: the tunnel's server on a client, the target on a server.
     *
     * @return as configured
     */
    HostAndPort target();

    /**
     * Has somebody told when the connection is over. Call on the connection's event loop, where the listener runs too
     * (on another thread if that loop has ended), once; at once if the connection is over already. Several listeners
     * are told in the order in which they came.
     *
     * @param listener told what the connection did
     */
    void whenEnded(Consumer<? super ConnectionSummary> listener);
}
