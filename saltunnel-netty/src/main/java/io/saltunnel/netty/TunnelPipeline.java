package io.saltunnel.netty;

import static io.saltunnel.netty.stage.PipelineStage.Place.PLAIN_SOCKET;
import static io.saltunnel.netty.stage.PipelineStage.Place.TUNNEL;
import static io.saltunnel.netty.stage.PipelineStage.Place.WIRE_SOCKET;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.saltunnel.netty.internal.abort.EndOfStreamHandler;
import io.saltunnel.netty.internal.codec.FrameCodec;
import io.saltunnel.netty.internal.handshake.HandshakeHandler;
import io.saltunnel.netty.internal.transport.ReadOnDemandHandler;
import io.saltunnel.netty.internal.transport.UnreadErrorsHandler;

/**
 * The two pipelines of a tunnelled connection. The relay is added first, and all other handlers before it, from the
 * socket on, so that it sees each failure of adding one. As a picture:
 *
 * <pre>
 *   plain socket ⇄ [stages] ⇄ RelayHandler ┐
 *                                          ├ one event loop, one {@link io.saltunnel.netty.internal.relay.Relay}
 *   wire socket  ⇄ [stages] ⇄ FrameCodec ⇄ HandshakeHandler, then CipherHandler ⇄ [stages] ⇄ RelayHandler ┘
 * </pre>
 */
final class TunnelPipeline {
    /** The name of the handler that the stages and the tunnel's own handlers stand before. */
    static final String RELAY = "relay";

    private TunnelPipeline() {}

    /** Bytes as the application or the target sees them. */
    static void assemblePlainSide(Channel plain, Link link) {
        ChannelPipeline pipeline = plain.pipeline();
        pipeline.addLast(RELAY, link.relay.plainSide()); // passes everything on to the wire side, and back
        pipeline.addBefore(RELAY, "errors", new UnreadErrorsHandler()); // of a connection that isn't read from
        pipeline.addBefore(RELAY, "reads", ReadOnDemandHandler.forPlainSide()); // a run at a time, and when asked
        pipeline.addBefore(RELAY, "ends", EndOfStreamHandler.INSTANCE); // an end of stream becomes FIN, behind the data
        link.addStages(pipeline, PLAIN_SOCKET); // whatever was asked for: an allow-list, limits, one's own
    }

    /** Bytes as everyone in between sees them: whole frames, indistinguishable from random. */
    static void assembleWireSide(Channel wire, HandshakeHandler handshake, Link link) {
        ChannelPipeline pipeline = wire.pipeline();
        pipeline.addLast(RELAY, link.relay.wireSide()); // passes plaintext on to the plain side, and back
        pipeline.addBefore(RELAY, "errors", new UnreadErrorsHandler()); // of a connection that isn't read from
        pipeline.addBefore(RELAY, "reads", ReadOnDemandHandler.forWireSide()); // a run at a time, and when asked
        link.addStages(pipeline, WIRE_SOCKET); // whatever was asked for, where all bytes are sealed
        pipeline.addBefore(RELAY, "frames", new FrameCodec()); // bytes become runs of whole frames
        pipeline.addBefore(RELAY, "cipher", handshake); // proves the key, then puts a CipherHandler in its place
        link.addStages(pipeline, TUNNEL); // whatever was asked for, where bytes are plain again
    }
}
