package io.saltunnel.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.saltunnel.netty.internal.codec.FrameCodec;
import io.saltunnel.netty.internal.handshake.HandshakeHandler;
import io.saltunnel.netty.internal.read.ReadOnDemandHandler;
import io.saltunnel.netty.internal.relay.Relay;

/**
 * The two pipelines of a tunnelled connection, as a picture:
 *
 * <pre>
 *   plain socket ⇄ [stages] ⇄ RelayHandler ┐
 *                                          ├ one event loop, one {@link Relay}
 *   wire socket  ⇄ [stages] ⇄ FrameCodec ⇄ HandshakeHandler, then CipherHandler ⇄ RelayHandler ┘
 * </pre>
 */
final class TunnelPipeline {
    private TunnelPipeline() {}

    /** Bytes as the application or the target knows them. */
    static void assemblePlainSide(Channel plain, Relay relay) {
        ChannelPipeline pipeline = plain.pipeline();
        pipeline.addLast("reads", ReadOnDemandHandler.forPlainSide()); // a whole run at a time, and only when asked
        pipeline.addLast("relay", relay.plainSide()); // passes everything on to the wire side, and back
    }

    /** Bytes as everybody in between sees them: whole frames, indistinguishable from random. */
    static void assembleWireSide(Channel wire, HandshakeHandler handshake, Relay relay) {
        ChannelPipeline pipeline = wire.pipeline();
        pipeline.addLast("reads", ReadOnDemandHandler.forWireSide()); // a whole run at a time, and only when asked
        pipeline.addLast("frames", new FrameCodec()); // bytes become runs of whole frames
        pipeline.addLast("handshake", handshake); // proves the key, then puts a CipherHandler in its place
        pipeline.addLast("relay", relay.wireSide()); // passes plaintext on to the plain side, and back
    }
}
