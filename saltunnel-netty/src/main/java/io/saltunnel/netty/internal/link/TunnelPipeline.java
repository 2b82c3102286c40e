package io.saltunnel.netty.internal.link;

import static io.saltunnel.netty.stage.PipelineStage.Place.PLAIN_SOCKET;
import static io.saltunnel.netty.stage.PipelineStage.Place.TUNNEL;
import static io.saltunnel.netty.stage.PipelineStage.Place.WIRE_SOCKET;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.saltunnel.netty.internal.abort.EndOfStreamHandler;
import io.saltunnel.netty.internal.codec.FrameCodec;
import io.saltunnel.netty.internal.handshake.HandshakeHandler;
import io.saltunnel.netty.internal.relay.Relay;
import io.saltunnel.netty.internal.transport.ReadOnDemandHandler;
import io.saltunnel.netty.internal.transport.UnreadErrorsHandler;
import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.TunnelConnection;

/**
 * The two pipelines of a tunnelled connection. The relay is added first, so that it sees a failure to add any other
 * handler. The others are then inserted between the socket and the relay, in the order of the picture:
 *
 * <pre>
 *   plain socket ⇄ [stages] ⇄ RelayHandler ┐
 *                                          ├ one event loop, one {@link Relay}
 *   wire socket  ⇄ [stages] ⇄ FrameCodec ⇄ HandshakeHandler, then CipherHandler ⇄ [stages] ⇄ RelayHandler ┘
 * </pre>
 *
 * <p>If a server's handshake fails, a {@link io.saltunnel.netty.internal.handshake.StrangerDrain} is put before the
 * codec.
 */
record TunnelPipeline(Relay relay, TunnelStages stages, TunnelConnection connection) {
    /** The name of the handler before which the others are inserted. */
    private static final String RELAY = "relay";

    /** Assembles the plain side, where bytes are as the application or the target sees them. */
    void assemblePlainSide(Channel plain) {
        ChannelPipeline pipeline = plain.pipeline();
        pipeline.addLast(RELAY, relay.plainSide()); // passes everything on to the wire side, and back
        pipeline.addBefore(RELAY, "errors", new UnreadErrorsHandler()); // of a connection that isn't read from
        pipeline.addBefore(RELAY, "reads", ReadOnDemandHandler.forPlainSide()); // one run at a time, on request
        pipeline.addBefore(RELAY, "ends", EndOfStreamHandler.INSTANCE); // an end of stream becomes FIN, behind the data
        addStages(pipeline, PLAIN_SOCKET); // the configured ones: an allow-list, limits, custom stages
    }

    /** Assembles the wire side, where everyone on the path sees only whole frames, indistinguishable from random. */
    void assembleWireSide(Channel wire, HandshakeHandler handshake) {
        ChannelPipeline pipeline = wire.pipeline();
        pipeline.addLast(RELAY, relay.wireSide()); // passes plaintext on to the plain side, and back
        pipeline.addBefore(RELAY, "errors", new UnreadErrorsHandler()); // of a connection that isn't read from
        pipeline.addBefore(RELAY, "reads", ReadOnDemandHandler.forWireSide()); // one run at a time, on request
        addStages(pipeline, WIRE_SOCKET); // the configured ones, where all bytes are sealed
        pipeline.addBefore(RELAY, "frames", new FrameCodec()); // bytes become runs of whole frames
        pipeline.addBefore(RELAY, "cipher", handshake); // proves the key, then puts a CipherHandler in its place
        addStages(pipeline, TUNNEL); // the configured ones, where bytes are plaintext again
    }

    private void addStages(ChannelPipeline pipeline, PipelineStage.Place place) {
        stages.addTo(pipeline, RELAY, place, connection);
    }
}
