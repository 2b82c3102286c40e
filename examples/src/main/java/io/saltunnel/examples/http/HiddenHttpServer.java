package io.saltunnel.examples.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.Future;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.netty.SaltunnelHandlers;
import io.saltunnel.netty.SaltunnelSettings;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.stage.ClosePolicy;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A web server that can be reached through Saltunnel only: the tunnel ends in its own pipeline, and no port speaks HTTP
 * in the clear. Visitors run {@code saltunnel client} beside their browser. Without the key, there is no answer.
 */
public final class HiddenHttpServer implements AutoCloseable {
    private static final int MAX_REQUEST_BYTES = 64 * 1024;

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory());
    private final Channel listener;

    /**
     * Starts a server.
     *
     * @param key the long-term key; borrowed, must stay open while the server runs
     * @param address where to listen; throws what made that fail
     */
    public HiddenHttpServer(LongTermKey key, InetSocketAddress address) {
        // @start region="close-policy"
        SaltunnelSettings settings = SaltunnelSettings.defaults().withClosePolicy(ClosePolicy.END_OF_STREAM);
        // @end
        SaltunnelHandlers saltunnel = SaltunnelHandlers.server(key, settings); // HTTP handlers only know close()
        listener = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline()
                                .addLast(saltunnel.newHandler()) // where an HTTPS server has its SslHandler
                                .addLast(new HttpServerCodec())
                                .addLast(new HttpObjectAggregator(MAX_REQUEST_BYTES))
                                .addLast(new PageHandler());
                    }
                })
                .bind(address)
                .addListener(this::endIfFailed)
                .syncUninterruptibly()
                .channel();
    }

    /** Ends the event loops if binding fails, since the caller then gets no server to close. */
    private void endIfFailed(Future<? super Void> bound) {
        if (!bound.isSuccess()) {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    /**
     * Where it listens.
     *
     * @return the address with the real port
     */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    /** Closes the listener and all connections. */
    @Override
    public void close() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /**
     * Runs a server until the process is ended.
     *
     * @param arguments a key file, and {@code host:port} to listen on
     * @throws Exception if the key can't be read, or the address not be listened on
     */
    public static void main(String[] arguments) throws Exception {
        HostAndPort address = HostAndPort.parse(arguments[1]);
        try (LongTermKey key = LongTermKey.load(Path.of(arguments[0]));
                HiddenHttpServer server =
                        new HiddenHttpServer(key, new InetSocketAddress(address.host(), address.port()))) {
            System.out.println("listening on " + HostAndPort.of(server.address()));
            server.listener.closeFuture().sync();
        }
    }
}
