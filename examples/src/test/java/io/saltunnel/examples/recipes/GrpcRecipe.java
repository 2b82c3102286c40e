package io.saltunnel.examples.recipes;

import io.grpc.ChannelCredentials;
import io.grpc.ServerCredentials;
import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.InternalNettyChannelCredentials;
import io.grpc.netty.InternalNettyServerCredentials;
import io.grpc.netty.InternalProtocolNegotiator.ClientFactory;
import io.grpc.netty.InternalProtocolNegotiator.ProtocolNegotiator;
import io.grpc.netty.InternalProtocolNegotiators;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AsciiString;
import io.saltunnel.netty.SaltunnelHandlers;

/**
 * gRPC through grpc-netty: what it calls a protocol negotiator prepares a connection before HTTP/2 begins. The classes
 * that take one are public, and named Internal: other versions of gRPC may have others.
 */
final class GrpcRecipe {
    private GrpcRecipe() {}

    static ServerCredentials serverCredentials(SaltunnelHandlers saltunnel) {
        // @start region="grpc-server"
        // NettyServerBuilder.forAddress(address, credentials)
        ServerCredentials credentials = InternalNettyServerCredentials.create(
                new TunnelNegotiator(saltunnel, InternalProtocolNegotiators.serverPlaintext()));
        // @end
        return credentials;
    }

    static ChannelCredentials channelCredentials(SaltunnelHandlers saltunnel) {
        // @start region="grpc-client"
        // NettyChannelBuilder.forAddress(address, credentials)
        ChannelCredentials credentials = InternalNettyChannelCredentials.create(new ClientFactory() {
            @Override
            public ProtocolNegotiator newNegotiator() {
                return new TunnelNegotiator(saltunnel, InternalProtocolNegotiators.plaintext());
            }

            @Override
            public int getDefaultPort() {
                return 80; // where a target has none
            }
        });
        // @end
        return credentials;
    }

    // @start region="grpc-negotiator"
    /** Puts a tunnel before what gRPC puts into a pipeline without TLS. */
    static final class TunnelNegotiator implements ProtocolNegotiator {
        private final SaltunnelHandlers saltunnel;
        private final ProtocolNegotiator plaintext;

        TunnelNegotiator(SaltunnelHandlers saltunnel, ProtocolNegotiator plaintext) {
            this.saltunnel = saltunnel;
            this.plaintext = plaintext;
        }

        @Override
        public AsciiString scheme() {
            return AsciiString.of("http");
        }

        @Override
        public ChannelHandler newHandler(GrpcHttp2ConnectionHandler http2) {
            ChannelHandler next = plaintext.newHandler(http2);
            return new ChannelInboundHandlerAdapter() {
                @Override
                public void handlerAdded(ChannelHandlerContext ctx) {
                    ctx.pipeline().addFirst(saltunnel.newHandler());
                    ctx.pipeline().replace(this, null, next);
                }
            };
        }

        @Override
        public void close() {
            plaintext.close();
        }
    }
    // @end
}
