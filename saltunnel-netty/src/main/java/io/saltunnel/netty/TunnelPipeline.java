package io.saltunnel.netty;

import static io.saltunnel.netty.stage.PipelineStage.Place.PLAIN_SOCKET;
import static io.saltunnel.netty.stage.PipelineStage.Place.TUNNEL;
import static io.saltunnel.netty.stage.PipelineStage.Place.WIRE_SOCKET;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.saltunnel.netty.internal.codec.FrameCodec;
import io.saltunnel.netty.internal.handshake.HandshakeHandler;
import io.saltunnel.netty.internal.read.ReadOnDemandHandler;

/**
 * The two pipelines of a tunnelled connection, as a picture:
 *
 * <pre>
 *   plain socket ⇄ [stages] ⇄ RelayHandler ┐
 *                                          ├ one event loop, one {@link io.saltunnel.netty.internal.relay.Relay}
 *   wire socket  ⇄ [stages] ⇄ FrameCodec ⇄ HandshakeHandler, then CipherHandler ⇄ [stages] ⇄ RelayHandler ┘
 * </pre>
 */
final class TunnelPipeline {
    private TunnelPipeline() {}

    /** Bytes as the application or the target knows them. */
    static void assemblePlainSide(Channel plain, Link link) {
        ChannelPipeline pipeline = plain.pipeline();
        pipeline.addLast("reads", ReadOnDemandHandler.forPlainSide()); // a whole run at a time, and only when asked
        link.addStages(pipeline, PLAIN_SOCKET); // whatever was asked for: an allow-list, limits, one's own
        pipeline.addLast("relay", link.relay.plainSide()); // passes everything on to the wire side, and back
    }

    /** Bytes as everybody in between sees them: whole frames, indistinguishable from random. */
    static void assembleWireSide(Channel wire, HandshakeHandler handshake, Link link) {
        ChannelPipeline pipeline = wire.pipeline();
        pipeline.addLast("reads", ReadOnDemandHandler.forWireSide()); // a whole run at a time, and only when asked
        link.addStages(pipeline, WIRE_SOCKET); // whatever was asked for, where all bytes are sealed
        pipeline.addLast("frames", new FrameCodec()); // bytes become runs of whole frames
        pipeline.addLast("cipher", handshake); // proves the key, then puts a CipherHandler in its place
        link.addStages(pipeline, TUNNEL); // whatever was asked for, where bytes are plain again
        pipeline.addLast("relay", link.relay.wireSide()); // passes plaintext on to the plain side, and back
    }
}
