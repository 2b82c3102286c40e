package io.saltunnel.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.NettyRuntime;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.saltunnel.core.crypto.ChunkCipher;
import io.saltunnel.core.handshake.MachineIdentity;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.netty.internal.connect.Connector;
import io.saltunnel.netty.internal.handshake.HandshakeSettings;
import io.saltunnel.netty.internal.limit.ConnectionLimitHandler;
import io.saltunnel.netty.internal.stage.SourceNetworksStage;
import io.saltunnel.netty.memory.LockedBufferAllocator;
import io.saltunnel.netty.stage.PipelineStage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * What {@link TunnelClient} and {@link TunnelServer} are configured with alike. Not thread-safe; may be started more than once.
 *
 * @param <B> the concrete builder
 */
public abstract class TunnelBuilder<B extends TunnelBuilder<B>> {
    /** How many connections at once, unless told otherwise. */
    public static final int DEFAULT_MAX_CONNECTIONS = 100;

    private static final long MIN_BUFFER_MEMORY = 1 << 20;

    private static final WriteBufferWaterMark WATER_MARKS = new WriteBufferWaterMark(64 * 1024, 128 * 1024);

    private final LongTermKey key;
    private @Nullable HostAndPort listenAddress;
    private @Nullable HostAndPort target;
    private @Nullable Duration connectTimeout;
    private Duration handshakeTimeout;
    private Transport transport = Transport.AUTO;
    private @Nullable EventLoopGroup loops;
    private InstantSource clock = InstantSource.system();
    private long bufferMemory;
    private boolean keepAlive = true;
    private final TunnelStages.Choice stages = new TunnelStages.Choice();
    int maxConnections = DEFAULT_MAX_CONNECTIONS;

    TunnelBuilder(LongTermKey key, Duration handshakeTimeout) {
        this.key = key;
        this.handshakeTimeout = handshakeTimeout;
    }

    abstract B self();

    /**
     * Where to accept connections. Required.
     *
     * @param address an address of this machine, a name of it, or an empty host for all interfaces; port 0 lets the system choose
     * @return this
     */
    public B listen(HostAndPort address) {
        listenAddress = address;
        return self();
    }

    final B forwardTo(HostAndPort address) {
        if (address.host().isEmpty() || address.port() == 0) {
            throw new IllegalArgumentException(
                    "can't connect to " + address + ": it needs a host, and a port from 1 to 65535");
        }
        target = address;
        return self();
    }

    /**
     * How long an outgoing connection may take to be made.
     *
     * @param timeout more than zero, for the name and all its addresses together; null, the default, leaves it to the system
     * @return this
     */
    public B connectTimeout(@Nullable Duration timeout) {
        if (timeout != null && (timeout.isNegative() || timeout.isZero())) {
            throw new IllegalArgumentException("the connect time-out must be positive, not " + timeout);
        }
        connectTimeout = timeout;
        return self();
    }

    /**
     * How long a handshake may take, from the connection on.
     *
     * @param timeout more than zero
     * @return this
     */
    public B handshakeTimeout(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("the handshake time-out must be positive, not " + timeout);
        }
        handshakeTimeout = timeout;
        return self();
    }

    /**
     * How many connections may be tunnelled at once; further ones wait.
     *
     * @param max 1 or more; {@value #DEFAULT_MAX_CONNECTIONS} by default
     * @return this
     */
    public B maxConnections(int max) {
        if (max < 1) {
            throw new IllegalArgumentException("at least one connection must be allowed, not " + max);
        }
        maxConnections = max;
        return self();
    }

    /**
     * How sockets are driven.
     *
     * @param choice {@link Transport#AUTO} by default
     * @return this
     */
    public B transport(Transport choice) {
        transport = choice;
        return self();
    }

    /**
     * Uses event loops of the caller's, instead of starting one for each core.
     *
     * @param group made for the transport chosen; stays the caller's to shut down
     * @return this
     */
    public B eventLoops(EventLoopGroup group) {
        loops = group;
        return self();
    }

    /**
     * Whether the system probes idle connections on both sides for a peer that has vanished (SO_KEEPALIVE).
     *
     * @param on true by default
     * @return this
     */
    public B keepAlive(boolean on) {
        keepAlive = on;
        return self();
    }

    /**
     * How much memory the tunnel's buffers may take, all connections together. When it is used up, connections wait for each other's buffers.
     *
     * @param maxBytes 1 MiB or more; by default as much as the Java heap may have, 32 MiB at least and 1 GiB at most
     * @return this
     */
    public B bufferMemory(long maxBytes) {
        if (maxBytes < MIN_BUFFER_MEMORY) {
            throw new IllegalArgumentException("buffers need " + MIN_BUFFER_MEMORY + " bytes or more, not " + maxBytes);
        }
        bufferMemory = maxBytes;
        return self();
    }

    /**
     * Tells the time that hellos carry and are checked against.
     *
     * @param source the system's clock by default
     * @return this
     */
    public B clock(InstantSource source) {
        clock = source;
        return self();
    }

    // ---- stages

    /**
     * Accepts connections from these networks only, once called; others are closed before anything is done for them. Several calls add up.
     *
     * @param networks IPv4 or IPv6 addresses with the length of their prefix, as in {@code 192.0.2.0/24} or {@code 2001:db8::/32}, or addresses alone
     * @return this
     * @throws IllegalArgumentException if one can't be understood
     */
    public B allowFrom(String... networks) {
        for (String network : networks) {
            SourceNetworksStage.check(network);
            stages.sourceNetworks.add(network);
        }
        return self();
    }

    /**
     * Limits how fast each connection carries data, each direction on its own.
     *
     * @param bytesPerSecond plaintext bytes, 1 or more; held to on average over seconds, since up to 64 KiB go at once
     * @return this
     */
    public B bandwidthPerConnection(long bytesPerSecond) {
        stages.connectionBandwidth = positive(bytesPerSecond);
        return self();
    }

    /**
     * Limits how fast all connections of the tunnel together carry data, each direction on its own.
     *
     * @param bytesPerSecond plaintext bytes, 1 or more; held to on average over seconds, since each connection sends up to 64 KiB at once
     * @return this
     */
    public B bandwidthPerTunnel(long bytesPerSecond) {
        stages.tunnelBandwidth = positive(bytesPerSecond);
        return self();
    }

    private static long positive(long bytesPerSecond) {
        if (bytesPerSecond < 1) {
            throw new IllegalArgumentException("a bandwidth must be at least 1 byte/s, not " + bytesPerSecond);
        }
        return bytesPerSecond;
    }

    /**
     * Resets connections on which nothing moves in either direction.
     *
     * @param timeout for so long: a millisecond or more; null, the default, for never
     * @return this
     */
    public B idleTimeout(@Nullable Duration timeout) {
        if (timeout != null && timeout.toMillis() < 1) {
            throw new IllegalArgumentException("the idle time-out must be a millisecond or more, not " + timeout);
        }
        stages.idleTimeout = timeout;
        return self();
    }

    /**
     * Logs one line for each connection when it is over, to the logger {@code io.saltunnel.access}: time, peer, target, seconds, bytes each way, and the outcome.
     *
     * @param on false by default
     * @return this
     */
    public B accessLog(boolean on) {
        stages.accessLog = on;
        return self();
    }

    /**
     * Tells the target who connected, by a PROXY protocol header (version 2) ahead of the first byte. The target must expect it.
     *
     * <p>On a client the header goes through the tunnel and carries the address of the application, as the client sees it. On a server it carries the address that the tunnel comes from. With both, the target gets
     * two headers, the server's first; use one.
     *
     * @param on false by default
     * @return this
     */
    public B proxyHeader(boolean on) {
        stages.proxyHeader = on;
        return self();
    }

    /**
     * Adds a stage to every connection, behind the built-in ones and those added before.
     *
     * @param stage may be told of several tunnels if this builder is started more than once
     * @return this
     */
    public B stage(PipelineStage stage) {
        stages.custom.add(stage);
        return self();
    }

    final InstantSource clock() {
        return clock;
    }

    final LongTermKey key() {
        return key;
    }

    // ---- starting

    abstract TunnelRuntime runtime(HandshakeSettings handshakes, Connector connector, TunnelStages stages, int loops);

    abstract int maxAccepted();

    abstract Logger log();

    Duration handshakeDeadline(Duration timeout) {
        return timeout;
    }

    /**
     * Binds, and begins to accept. Where the module {@code jdk.incubator.vector} is present, the first start in a process may take up to eight
     * seconds longer, to find out whether it makes the cipher faster.
     *
     * @return completes with the running tunnel, or fails with the reason why the address can't be listened on
     * @throws IllegalStateException if no address to listen on, or none to connect to, was given
     * @throws UnsupportedOperationException if the transport is not available here
     */
    public CompletableFuture<Tunnel> start() {
        HostAndPort from = Objects.requireNonNullElseGet(listenAddress, TunnelBuilder::missing);
        HostAndPort to = Objects.requireNonNullElseGet(target, TunnelBuilder::missing);
        if (!transport.isAvailable()) {
            throw new UnsupportedOperationException("the transport " + transport + " is not available here");
        }
        boolean ownsLoops = loops == null;
        EventLoopGroup group = loops != null
                ? loops
                : new MultiThreadIoEventLoopGroup(
                        NettyRuntime.availableProcessors(),
                        new DefaultThreadFactory("saltunnel"),
                        transport.ioHandlerFactory());
        ChunkCipher.create().close(); // what it may have to try out once in a process must not hold up a connection
        LockedBufferAllocator buffers =
                bufferMemory > 0 ? new LockedBufferAllocator(bufferMemory) : LockedBufferAllocator.create();
        RandomSource random = RandomSource.system();
        HandshakeSettings handshakes = new HandshakeSettings(
                key, clock, random, MachineIdentity.ofThisMachine(clock, random), handshakeDeadline(handshakeTimeout));
        TunnelRuntime runtime = runtime(
                handshakes,
                new Connector(to, outgoing(buffers), connectTimeout),
                stages.forTunnel(group),
                count(group));
        CompletableFuture<Tunnel> started = new CompletableFuture<>();
        incoming(group, buffers, runtime)
                .bind(socketAddress(from))
                .addListener((io.netty.channel.ChannelFuture bound) -> {
                    if (bound.isSuccess()) {
                        started.complete(new Tunnel(runtime, bound.channel(), group, ownsLoops, buffers));
                    } else {
                        runtime.connector.close();
                        runtime.stages.stopped();
                        buffers.close();
                        if (ownsLoops) {
                            group.shutdownGracefully();
                        }
                        started.completeExceptionally(bound.cause());
                    }
                });
        return started;
    }

    private static HostAndPort missing() {
        throw new IllegalStateException("a tunnel needs an address to listen on and one to forward to");
    }

    private static InetSocketAddress socketAddress(HostAndPort address) {
        if (address.host().isEmpty()) {
            return new InetSocketAddress(address.port());
        }
        InetAddress numeric = address.numericAddress().orElse(null);
        return numeric != null
                ? new InetSocketAddress(numeric, address.port())
                : new InetSocketAddress(address.host(), address.port());
    }

    private Bootstrap outgoing(ByteBufAllocator buffers) {
        return new Bootstrap()
                .channel(transport.socketChannel())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
                .option(ChannelOption.ALLOCATOR, buffers)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, keepAlive)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARKS);
    }

    private static int count(EventLoopGroup group) {
        int loops = 0;
        for (Iterator<?> each = group.iterator(); each.hasNext(); each.next()) {
            loops++;
        }
        return loops;
    }

    private ServerBootstrap incoming(EventLoopGroup group, ByteBufAllocator buffers, TunnelRuntime runtime) {
        return new ServerBootstrap()
                .group(group)
                .channel(transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, 4096)
                .option(ChannelOption.SO_REUSEADDR, true)
                .handler(new ConnectionLimitHandler(
                        maxAccepted(), runtime.accepts, runtime.counters::relayedBytes, log()))
                .childOption(ChannelOption.ALLOCATOR, buffers)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, keepAlive)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARKS)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        runtime.accept(channel);
                    }
                });
    }
}
