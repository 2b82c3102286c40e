package io.saltunnel.netty.internal.link;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ReflectiveChannelFactory;
import io.netty.channel.socket.ServerSocketChannel;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.address.InheritedSocket;
import io.saltunnel.netty.address.UnixPath;
import io.saltunnel.netty.internal.abort.Abort;
import io.saltunnel.netty.internal.admission.FileBudget;
import io.saltunnel.netty.internal.cipher.EventLoopScratch;
import io.saltunnel.netty.internal.order.ConnectOrder;
import io.saltunnel.netty.internal.transport.CallersLoops;
import io.saltunnel.netty.internal.transport.InheritedListening;
import io.saltunnel.netty.internal.transport.Listening;
import io.saltunnel.netty.internal.transport.SocketFile;
import io.saltunnel.netty.internal.transport.SocketOptions;
import io.saltunnel.netty.internal.transport.SocketTransport;
import io.saltunnel.netty.internal.transport.TcpListening;
import io.saltunnel.netty.memory.LockedBufferAllocator;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Starts a tunnel: event loops, buffers, the listening socket and the connecting ones.
 */
public final class TunnelStart {
    private final TunnelSettings settings;
    private final Endpoint from;
    private final SocketTransport transport;
    private final Listening listening;
    private final TunnelParts parts;
    private final Generation generation;
    private final TunnelRuntime runtime;
    private final Runnable shortage;

    /**
     * Makes the parts of a tunnel. All checks come before the event loops, which hold open files from their creation.
     *
     * @param settings the settings, which must not change any more
     * @throws IllegalStateException if an address is missing, a server's key is closed, or the service manager has
     *     passed no socket of the name to listen on
     * @throws IllegalArgumentException if no tunnel can run on the caller's event loops, or networks are allowed on a
     *     UNIX domain socket
     * @throws UnsupportedOperationException if the transport is not available, has no UNIX domain sockets, or can't
     *     listen on a socket that exists already
     */
    public TunnelStart(TunnelSettings settings) {
        this.settings = settings;
        FixedSettings fixed = FixedSettings.of(settings);
        this.from = fixed.listen();
        this.transport = transport();
        this.listening = listening();
        settings.stages.checkFor(listening);
        if (settings.targets.stream().anyMatch(UnixPath.class::isInstance)) {
            transport.domainSockets();
        }
        SharedEnvironment environment = settings.environment;
        EventLoopGroup given = environment == null ? settings.loops : environment.group;
        FileBudget.Share files = (environment == null ? new FileBudget() : environment.files).newShare();
        Side side = side(TunnelLoops.count(given), files);
        this.parts = new TunnelParts(
                fixed,
                transport,
                listening,
                TunnelLoops.of(given, transport),
                environment == null ? newBuffers(settings.bufferMemory) : environment.buffers,
                files,
                new TunnelCounters(),
                new Revocation());
        this.generation = parts.generation(settings, side);
        this.runtime = new TunnelRuntime(generation, parts.buffers(), this::giveBack);
        this.shortage = runtime::outOfBuffers;
        if (environment == null) {
            parts.buffers().whenShort(shortage);
        } else {
            environment.tellOfShortages(shortage);
        }
    }

    private void giveBack() {
        parts.files().giveBack();
        SharedEnvironment environment = parts.fixed().environment();
        if (environment == null) {
            parts.buffers().close();
        } else {
            environment.forget(shortage);
        }
    }

    private Listening listening() {
        if (from instanceof UnixPath path) {
            return new SocketFile(path, transport.domainSockets());
        }
        return from instanceof InheritedSocket socket
                ? new InheritedListening(socket, transport)
                : new TcpListening((HostAndPort) from);
    }

    private SocketTransport transport() {
        if (settings.environment != null) {
            return transportOf(settings.environment);
        }
        if (settings.transport != null) {
            settings.transport.checkAvailable();
        }
        if (settings.loops != null) {
            return CallersLoops.transport(settings.loops, settings.transport);
        }
        return settings.transport != null ? settings.transport : SocketTransport.best();
    }

    private Side side(int loopCount, FileBudget.Share files) {
        return switch (settings.role) {
            case CLIENT -> ClientSide.of(settings, files);
            case SERVER -> ServerSide.of(settings, loopCount, files);
        };
    }

    /**
     * Makes the buffers of one tunnel, or of an environment.
     *
     * @param maxBytes their bound; 0 for the default
     * @return an allocator that the caller closes
     */
    public static LockedBufferAllocator newBuffers(long maxBytes) {
        return maxBytes > 0 ? new LockedBufferAllocator(maxBytes) : LockedBufferAllocator.create();
    }

    private SocketTransport transportOf(SharedEnvironment environment) {
        environment.checkOpen();
        if (settings.loops != null || settings.bufferMemory > 0) {
            throw new IllegalStateException("event loops and buffer memory are the environment's: give them to it");
        }
        if (settings.transport != null && settings.transport != environment.transport) {
            throw new IllegalArgumentException("the environment drives " + environment.transport
                    + ", not the transport " + settings.transport + " that was asked for");
        }
        return environment.transport;
    }

    /**
     * Binds, and begins to accept.
     *
     * @return completes on an event loop with the tunnel, or fails with the reason why it can't listen
     */
    public CompletableFuture<RunningTunnel> start() {
        CompletableFuture<RunningTunnel> started = new CompletableFuture<>();
        ChannelFuture binding;
        try {
            binding = listening.listen(incoming());
        } catch (IOException e) {
            failed(started, e);
            return started;
        }
        if (binding.cause() != null) { // checked at once, because a loop that has ended completes nothing
            failed(started, binding.cause());
            return started;
        }
        binding.addListener((ChannelFuture bound) -> {
            if (bound.isSuccess()) {
                opened(started, bound.channel());
            } else {
                failed(started, bound.cause());
            }
        });
        return started;
    }

    private void opened(CompletableFuture<RunningTunnel> started, Channel listener) {
        Endpoint boundAddress;
        try {
            boundAddress = listening.opened(listener);
        } catch (IOException | RuntimeException e) {
            listener.close();
            failed(started, e);
            return;
        }
        RunningTunnel running = new RunningTunnel(parts, listener, boundAddress, runtime);
        if (parts.fixed().environment() != null) {
            parts.fixed().environment().add(running.end());
        }
        generation.warnOfSharedKey();
        started.complete(running);
        EventLoopScratch.chooseKernels(); // takes a processor for a second, so the start comes first
    }

    private void failed(CompletableFuture<RunningTunnel> started, Throwable cause) {
        listening.abandon();
        runtime.stopConnecting();
        runtime.close();
        parts.loops().abandon();
        started.completeExceptionally(cause);
    }

    private void setInheritedOptions(Channel listener) {
        generation.setAcceptedOptions(listener);
        if (generation.side.acceptedCloseIsReset()) {
            Abort.makeCloseOfAcceptedAReset(listener);
        }
    }

    private void setAcceptedOptions(Channel accepted) {
        SocketOptions.allowHalfClosure(accepted);
        if (!parts.acceptedInheritOptions()) {
            runtime.current().setAcceptedOptions(accepted);
        }
    }

    /**
     * The factory of the listening channel. A listener on all of IPv4 must not be reachable by IPv6, which a firewall
     * may not cover.
     */
    private ChannelFactory<? extends ServerSocketChannel> listener() {
        if (listening instanceof TcpListening tcp && tcp.isAllOfIpv4()) {
            Optional<ChannelFactory<ServerSocketChannel>> ipv4 = transport.ipv4Listener();
            if (ipv4.isPresent()) {
                return ipv4.get();
            }
            generation.context.log.warn(
                    "{} is all of IPv6 too with the transport {}: name one address, or use epoll or nio",
                    from,
                    transport);
        }
        return new ReflectiveChannelFactory<>(transport.serverChannel());
    }

    private ServerBootstrap incoming() {
        ServerBootstrap incoming =
                new ServerBootstrap().group(parts.loops().group()).option(ChannelOption.SO_BACKLOG, 4096);
        if (from instanceof UnixPath) {
            incoming.channelFactory(() -> transport.domainSockets().newListener());
        } else if (from instanceof HostAndPort) {
            incoming.channelFactory(listener()).option(ChannelOption.SO_REUSEADDR, true);
        }
        return incoming.handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel listener) {
                        if (parts.acceptedInheritOptions()) {
                            setInheritedOptions(listener);
                        }
                        ConnectOrder order = settings.connectOrder.get();
                        listener.pipeline().addLast(runtime.newAcceptHandler(order)); // decides when to accept
                    }
                })
                .childOption(ChannelOption.ALLOCATOR, parts.buffers())
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, TunnelParts.WATER_MARKS)
                .childHandler(runtime.newLinkStarter(this::setAcceptedOptions));
    }
}
