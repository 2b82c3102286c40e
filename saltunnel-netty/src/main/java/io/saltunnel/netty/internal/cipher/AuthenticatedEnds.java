package io.saltunnel.netty.internal.cipher;

import io.saltunnel.core.session.ChunkOpener;
import io.saltunnel.core.wire.TruncatedFrameException;
import java.io.IOException;

/**
 * Version 2: a stream ends with a chunk that says so, and FIN without it means that the stream was cut off.
 *
 * <pre>
 *   OPEN ──┬── END opened ──▶ ENDED
 *          └── cut off, or a failure of the connection ──▶ BROKEN
 * </pre>
 */
final class AuthenticatedEnds implements WireEnds {
    private enum Peer {
        OPEN,
        /** END has arrived. The FIN behind it has no further meaning. */
        ENDED,
        /** No END will arrive, and this was reported. */
        BROKEN
    }

    private final ChunkOpener opener;
    private Peer peer = Peer.OPEN;
    private boolean ownEndSent;

    AuthenticatedEnds(ChunkOpener opener) {
        this.opener = opener;
    }

    @Override
    public Response fin() {
        return switch (peer) {
            case OPEN -> cutOff();
            case ENDED -> Response.IGNORE;
            case BROKEN -> Response.RESET;
        };
    }

    /** After a reset there may still be data to read, so this doesn't reset the connection in response. */
    @Override
    public Response failure(Throwable cause) {
        if (cause instanceof TruncatedFrameException) {
            return areComplete() ? Response.IGNORE : cutOff();
        }
        if (cause instanceof IOException && areComplete()) {
            return Response.RESET;
        }
        if (cause instanceof IOException && peer == Peer.OPEN) {
            peer = Peer.BROKEN;
        }
        return Response.PASS_ON;
    }

    @Override
    public Response closed() {
        return peer == Peer.OPEN ? cutOff() : Response.PASS_ON;
    }

    private Response cutOff() {
        peer = Peer.BROKEN;
        return Response.CUT_OFF;
    }

    @Override
    public boolean peerEnds() {
        if (peer == Peer.ENDED || !opener.hasEnded()) {
            return false;
        }
        peer = Peer.ENDED;
        return true;
    }

    @Override
    public void ownEndSent() {
        ownEndSent = true;
    }

    @Override
    public boolean closeMayEnd() {
        return peer != Peer.BROKEN;
    }

    @Override
    public boolean areComplete() {
        return ownEndSent && peer == Peer.ENDED;
    }
}
