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

    /**
     * Treats the connection as one that doesn't prove the key, without a handshake: drops its input, and ends it at the
     * same deadline. Beyond a quarter of the places of strangers, the oldest such connection is evicted.
     *
     * @param stage the place of the stage in the pipeline, which gets no events of the connection any more
     */
    void keepSilent(ChannelHandlerContext stage);
}
