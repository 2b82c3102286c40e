package io.saltunnel.netty.internal.cipher;

import io.saltunnel.core.session.Session;

/** What the end of a connection on the wire means in one version of the protocol. Event loop only. */
sealed interface WireEnds permits TcpEnds, AuthenticatedEnds {
    /** What to do about an event of the connection. */
    enum Response {
        /** The handlers behind this one decide. */
        PASS_ON,
        /** It no longer has a meaning, or was reported already. */
        IGNORE,
        /** The peer's stream was cut off: report that, and reset the connection. */
        CUT_OFF,
        /** No more data can arrive, and there is nothing to report: reset the connection. */
        RESET
    }

    /** The rules of a session's version. */
    static WireEnds of(Session session) {
        return switch (session.version()) {
            case V1 -> TcpEnds.INSTANCE;
            case V2 -> new AuthenticatedEnds(session.opener());
        };
    }

    /** FIN has arrived. */
    Response fin();

    /** A handler nearer to the socket, or the transport, reports a failure. */
    Response failure(Throwable cause);

    /** The connection was closed, and not by this side. */
    Response closed();

    /** Some frames were opened. Returns whether the end of the peer's stream was among them. */
    boolean peerEnds();

    /** The end of this side's stream has reached the system. */
    void ownEndSent();

    /**
     * Whether closing the connection may seal the end of this side's stream, in a version that has a chunk for the end.
     */
    boolean closeMayEnd();

    /** Whether both streams have ended, so that no later event of the connection matters. */
    boolean areComplete();
}
