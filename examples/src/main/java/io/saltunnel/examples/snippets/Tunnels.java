package io.saltunnel.examples.snippets;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.saltunnel.core.key.KeyFileException;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.netty.Transport;
import io.saltunnel.netty.Tunnel;
import io.saltunnel.netty.TunnelBuilder;
import io.saltunnel.netty.TunnelEnvironment;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.metrics.TunnelEvents;
import io.saltunnel.netty.stage.ConnectionSummary;
import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.PipelineStageProvider;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;

/** Whole tunnels inside a program. */
final class Tunnels {
    private Tunnels() {}

    static int port(Path keyFile, HostAndPort listen, HostAndPort server) throws KeyFileException {
        int port;
        // @start region="key-from-file"
        try (LongTermKey key = LongTermKey.load(keyFile); // 32 bytes, the same on both sides
                Tunnel tunnel =
                        Tunnel.client(key).listen(listen).server(server).start().join()) {
            port = tunnel.boundPort();
        }
        // @end
        return port;
    }

    static Tunnel client(LongTermKey key, Endpoint server) {
        // @start region="client"
        Tunnel tunnel = Tunnel.client(key)
                .listen(HostAndPort.parse("127.0.0.1:0")) // 0: any free port
                .server(server)
                .idleTimeout(Duration.ofMinutes(10))
                .accessLog(true)
                .start()
                .join();
        SocketAddress forApplications = tunnel.boundAddress().toSocketAddress();
        // @end
        return forApplications.equals(tunnel.target().toSocketAddress()) ? fail(tunnel) : tunnel;
    }

    static Tunnel server(LongTermKey key, Endpoint listen, Endpoint target) {
        // @start region="server"
        Tunnel tunnel = Tunnel.server(key)
                .listen(listen)
                .target(target)
                .maxConnections(1000)
                .allowFrom("127.0.0.0/8", "::1")
                .start()
                .join();
        // @end
        return tunnel;
    }

    static Tunnel heard(
            LongTermKey key, HostAndPort listen, HostAndPort target, LongAdder failures, LongConsumer seconds) {
        // @start region="events"
        Tunnel tunnel = Tunnel.server(key)
                .listen(listen)
                .target(target)
                .events(
                        new TunnelEvents() { // of a dozen events, any
                            @Override
                            public void handshakeFailed(HandshakeFailedException cause) {
                                failures.increment();
                            }

                            @Override
                            public void ended(ConnectionSummary summary) {
                                seconds.accept(summary.duration().toSeconds());
                            }
                        })
                .start()
                .join();
        // @end
        return tunnel;
    }

    static IoEventLoopGroup sharedLoops(TunnelBuilder<?> one, TunnelBuilder<?> another) {
        // @start region="shared-loops"
        IoEventLoopGroup loops = Transport.AUTO.newEventLoops(2, new DefaultThreadFactory("my-program"));
        one.eventLoops(loops); // of any number of tunnels; they tell the transport, too
        another.eventLoops(loops);
        // @end
        return loops;
    }

    static TunnelEnvironment environment(TunnelBuilder<?> one, TunnelBuilder<?> another) {
        // @start region="environment"
        TunnelEnvironment environment = TunnelEnvironment.builder().threads(2).build(); // one for the program
        one.environment(environment);
        another.environment(environment);
        // @end
        return environment;
    }

    static ServerBootstrap ownServer(IoEventLoopGroup loops) {
        // @start region="own-server"
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(Transport.AUTO.serverChannel())
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        // @end
        return bootstrap;
    }

    static long stop(Tunnel tunnel) {
        // @start region="stop"
        long carried = tunnel.stats().plainBytes() + tunnel.stats().wireBytes();
        tunnel.stop(Duration.ofSeconds(10)).join(); // gives connections ten seconds to finish
        // @end
        return carried;
    }

    static PipelineStage stageByName() {
        // @start region="stage-by-name"
        PipelineStage quota = PipelineStageProvider.load("quota", "1000000");
        // @end
        return quota;
    }

    private static Tunnel fail(Tunnel tunnel) {
        tunnel.close();
        throw new IllegalStateException("it listens where it connects to");
    }
}
