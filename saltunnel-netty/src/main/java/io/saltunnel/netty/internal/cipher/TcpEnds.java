package io.saltunnel.netty.internal.cipher;

/** Version 1: the end of a stream is TCP's, and the handlers behind this one decide what it means. Stateless. */
final class TcpEnds implements WireEnds {
    static final TcpEnds INSTANCE = new TcpEnds();

    private TcpEnds() {}

    @Override
    public Response fin() {
        return Response.PASS_ON;
    }

    @Override
    public Response failure(Throwable cause) {
        return Response.PASS_ON;
    }

    @Override
    public Response closed() {
        return Response.PASS_ON;
    }

    @Override
    public boolean peerEnds() {
        return false;
    }

    @Override
    public void ownEndSent() {}

    @Override
    public boolean closeMayEnd() {
        return false;
    }

    @Override
    public boolean areComplete() {
        return false;
    }
}
