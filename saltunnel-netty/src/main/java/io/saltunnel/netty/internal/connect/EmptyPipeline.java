package io.saltunnel.netty.internal.connect;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;

/** Adds nothing: who asked for the connection assembles the pipeline once the connection is there. */
final class EmptyPipeline extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel channel) {
        // What a pipeline needs depends on who asked; only the connection that wins gets one.
    }
}
