package io.saltunnel.cli.status;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.address.UnixPath;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows over HTTP what the process does, on a thread of its own: {@code /livez}, {@code /readyz}, {@code /metrics}, and a
 * page at {@code /}. The code that started it closes it. Any thread.
 *
 * <pre>
 *   request ──▶ HttpServerCodec ──▶ RequestHandler ──▶ Routes ──▶ Probes, Metrics, Page
 *                                                 └──▶ EventStream (/events)
 * </pre>
 */
public final class StatusServer implements AutoCloseable {

    /** Further connections are closed at once. */
    static final int MOST_CONNECTIONS = 64;

    private static final int MOST_LINE_BYTES = 2048;
    private static final int MOST_HEADER_BYTES = 8192;
    private static final int MOST_CHUNK_BYTES = 1024;

    private static final Logger LOG = LoggerFactory.getLogger(StatusServer.class);

    private final EventLoopGroup loop;
    private final ChannelGroup connections;
    private final Channel listener;
    private final @Nullable UnixSocketFile file;
    private final Endpoint address;
    private final ServerProbe probe;

    private StatusServer(
            EventLoopGroup loop,
            ChannelGroup connections,
            Channel listener,
            @Nullable UnixSocketFile file,
            Endpoint address,
            ServerProbe probe) {
        this.loop = loop;
        this.connections = connections;
        this.listener = listener;
        this.file = file;
        this.address = address;
        this.probe = probe;
    }

    /**
     * Starts it.
     *
     * @param listen where to listen
     * @param process what it tells about
     * @return listening
     * @throws IOException if it can't listen there
     */
    public static StatusServer start(Endpoint listen, ProcessView process) throws IOException {
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("saltunnel-status", true), NioIoHandler.newFactory());
        ServerProbe probe = new ServerProbe();
        try {
            return start(listen, process, loop, probe);
        } catch (Throwable e) {
            probe.close();
            loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw e;
        }
    }

    private static StatusServer start(Endpoint listen, ProcessView process, EventLoopGroup loop, ServerProbe probe)
            throws IOException {
        ChannelGroup connections = new DefaultChannelGroup(loop.next());
        EventStream events = new EventStream(new LiveState(process));
        Routes routes = new Routes(new Probes(process, probe::ask, System::nanoTime), new Metrics(process));
        RequestCheck check = new RequestCheck(HostCheck.of(listen));
        ServerBootstrap server = new ServerBootstrap()
                .group(loop)
                .childOption(ChannelOption.ALLOCATOR, UnpooledByteBufAllocator.DEFAULT)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        if (connections.size() >= MOST_CONNECTIONS) {
                            connection.close();
                            return;
                        }
                        connections.add(connection);
                        connection.pipeline().addLast(codec(), new RequestHandler(check, routes, events));
                    }
                });
        StatusServer started;
        if (listen instanceof UnixPath path) {
            UnixSocketFile file = UnixSocketFile.prepare(path);
            server.channel(NioServerDomainSocketChannel.class);
            try {
                Channel listener = bind(server, file.address());
                file.publish();
                started = new StatusServer(loop, connections, listener, file, listen, probe);
            } catch (IOException e) {
                file.abandon();
                throw e;
            }
        } else {
            HostAndPort tcp = (HostAndPort) listen;
            TcpAddress wanted = TcpAddress.of(tcp);
            server.channelFactory(wanted::newListener);
            Channel listener = bind(server, wanted.address());
            Endpoint bound = HostAndPort.of((InetSocketAddress) listener.localAddress());
            started = new StatusServer(loop, connections, listener, null, bound, probe);
        }
        loop.next().scheduleAtFixedRate(() -> tick(events), 0, Throughput.PERIOD_SECONDS, TimeUnit.SECONDS);
        return started;
    }

    static HttpServerCodec codec() {
        return new HttpServerCodec(new HttpDecoderConfig()
                .setMaxInitialLineLength(MOST_LINE_BYTES)
                .setMaxHeaderSize(MOST_HEADER_BYTES)
                .setMaxChunkSize(MOST_CHUNK_BYTES));
    }

    private static void tick(EventStream events) {
        try {
            events.tick();
        } catch (RuntimeException e) {
            LOG.error("the status page could not be updated", e); // thrown on, it would end the updates
        }
    }

    private static Channel bind(ServerBootstrap server, SocketAddress address) throws IOException {
        ChannelFuture bound = server.bind(address).awaitUninterruptibly();
        if (bound.isSuccess()) {
            return bound.channel();
        }
        Throwable cause = bound.cause();
        throw cause instanceof IOException failure
                ? failure
                : new IOException(String.valueOf(cause.getMessage()), cause);
    }

    /**
     * Where it listens.
     *
     * @return with the actual port
     */
    public Endpoint address() {
        return address;
    }

    /** Stops listening, cuts its connections off, and waits for that. */
    @Override
    public void close() {
        if (file != null) {
            file.remove();
        }
        listener.close().awaitUninterruptibly();
        connections.close().awaitUninterruptibly();
        probe.close();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
