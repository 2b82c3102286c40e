package io.saltunnel.netty.internal.stage;

import io.netty.channel.ChannelHandlerContext;

/** A server's connection that a stage may refuse. Not shared; runs on the connection's event loop. */
public interface RefusedConnection {
    /**
     * Reads and drops all further input of the connection, as far as the server's budget for refused connections
     * allows. Only the handshake's deadline ends the connection.
     *
     * @param stage the place of the stage in the pipeline, which gets no data any more
     */
    void dropInput(ChannelHandlerContext stage);
}
