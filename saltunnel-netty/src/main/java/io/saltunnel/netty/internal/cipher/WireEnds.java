package io.saltunnel.netty.internal.cipher;

import io.saltunnel.core.session.Session;

/** What the end of a connection on the wire means, which differs between the versions of the protocol. Event loop only. */
sealed interface WireEnds permits TcpEnds, AuthenticatedEnds {
    /** What to do about an event of the connection. */
    enum Response {
        /** The handlers behind decide. */
        PASS_ON,
        /** It means nothing any more, or was told already. */
        IGNORE,
        /** The peer's stream was cut off: tell it, and reset the connection. */
        CUT_OFF,
        /** Nothing more can come, and there is nothing to tell: reset the connection. */
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

    /** Whether closing the connection may seal the end of this side's stream, where that isn't FIN alone. */
    boolean closeMayEnd();

    /** Whether both streams have ended, so that nothing that happens to the connection matters any more. */
    boolean areComplete();
}
