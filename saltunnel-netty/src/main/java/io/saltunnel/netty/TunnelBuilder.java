package io.saltunnel.netty;

import io.netty.channel.EventLoopGroup;
import io.saltunnel.core.handshake.TunnelName;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.Failover;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.address.InheritedSocket;
import io.saltunnel.netty.address.UnixPath;
import io.saltunnel.netty.internal.deadline.Timeouts;
import io.saltunnel.netty.internal.link.TunnelSettings;
import io.saltunnel.netty.internal.link.TunnelStart;
import io.saltunnel.netty.internal.stage.SourceNetworksStage;
import io.saltunnel.netty.internal.transport.KeepAlive;
import io.saltunnel.netty.metrics.TunnelEvents;
import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.TrafficShape;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The common configuration of {@link ClientBuilder} and {@link ServerBuilder}: where to listen, how long to wait, how
 * much to hold, and the stages of every connection. Every setting has a default unless it is required.
 *
 * <p>Used by one thread at a time. It can start several tunnels; later changes don't affect tunnels started before.
 *
 * @param <B> the concrete builder
 */
public abstract sealed class TunnelBuilder<B extends TunnelBuilder<B>> permits ClientBuilder, ServerBuilder {
    /** The default number of connections at once. */
    public static final int DEFAULT_MAX_CONNECTIONS = TunnelSettings.DEFAULT_MAX_CONNECTIONS;

    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final long MIN_BUFFER_MEMORY = 1 << 20;

    final TunnelSettings settings;

    TunnelBuilder(TunnelSettings settings) {
        this.settings = settings;
    }

    abstract B self();

    /**
     * Sets the address to accept connections on. Required.
     *
     * @param address an address of this machine, a name of it, or an empty host for all interfaces; {@code 0.0.0.0}
     *     means all IPv4 addresses only, except with {@link Transport#IO_URING} and {@link Transport#KQUEUE}, which log
     *     a warning. Port 0 lets the system choose a port. Or the path of a UNIX domain socket: its file is created
     *     with the path's mode, replaces a socket on which no process listens any more, and is removed when the tunnel
     *     stops listening. Or a socket of the service manager ({@link InheritedSocket}), which stays open: when the
     *     tunnel stops, accepted connections that aren't connected yet have the grace time, too
     * @return this
     */
    public B listen(Endpoint address) {
        settings.listen = Objects.requireNonNull(address, "address");
        return self();
    }

    final B forwardTo(List<? extends Endpoint> addresses) {
        for (Endpoint address : Objects.requireNonNull(addresses, "addresses")) {
            checkDestination(Objects.requireNonNull(address, "addresses"));
        }
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("there is no address to connect to: give one or more");
        }
        settings.targets = List.copyOf(addresses);
        return self();
    }

    private static void checkDestination(Endpoint address) {
        if (address instanceof HostAndPort tcp && (tcp.host().isEmpty() || tcp.port() == 0)) {
            throw new IllegalArgumentException(
                    "can't connect to " + address + ": it needs a host, and a port from 1 to 65535");
        }
        if (address instanceof InheritedSocket) {
            throw new IllegalArgumentException("can't connect to " + address + ": it is only for listening");
        }
        if (address instanceof UnixPath unix && unix.mode() != UnixPath.DEFAULT_MODE) {
            throw new IllegalArgumentException(
                    "can't connect to " + address + " with a mode: only the process that listens there sets one");
        }
    }

    /**
     * Sets which of several servers or targets is tried first. One that can't be connected to, or with which a client's
     * handshake fails, rests for five seconds: it is tried after the others only. After that, one connection tries it
     * first while others still avoid it. While a better one can be tried, each has three seconds to be connected to,
     * and three to prove the key.
     *
     * @param order {@link Failover#PRIORITY} by default
     * @return this
     */
    public B failover(Failover order) {
        settings.failover = Objects.requireNonNull(order, "order");
        return self();
    }

    /**
     * Sets how long a new connection goes on trying when nothing can be connected to, so that a server or target that
     * restarts costs a moment and not a reset. Nothing has been sent then. Connections that wait count towards {@link
     * #maxConnections}, and get through in the order in which they came; one of them tries at a time.
     *
     * @param patience from zero, for one try, to 365 days; {@link ClientBuilder#DEFAULT_CONNECT_PATIENCE} on a client and
     *     zero on a server by default. A try that has begun by then isn't cut off
     * @return this
     * @throws IllegalArgumentException if it is out of these bounds
     */
    public B connectPatience(Duration patience) {
        settings.connectPatience = Timeouts.checkedPatience(Objects.requireNonNull(patience, "patience"));
        return self();
    }

    /**
     * Sets the tunnel's name, which separates tunnels that share a key: a client reaches only servers with its name. A
     * server with a name accepts only version 2 of the protocol, unless its builder says otherwise. A client with a
     * name must speak version 2, because version 1 carries no name.
     *
     * @param text the name, byte by byte the same on both sides; the empty string, the default, means no name
     * @return this
     * @throws IllegalArgumentException if it isn't well-formed Unicode
     * @throws IllegalStateException never, unless the hash has a defect
     * @throws io.saltunnel.core.secret.MemoryLockException if memory for the hash must be locked and can't be
     */
    public B name(String text) {
        settings.name = TunnelName.of(text);
        return self();
    }

    /**
     * Names the tunnel in the log, for a process with several tunnels. The logger of a tunnel with a label is
     * {@code io.saltunnel.server.LABEL} or {@code io.saltunnel.client.LABEL}, below that of all servers or clients. The
     * peer never sees the label. Two tunnels with one label count as one, and its successor, when the process warns of
     * tunnels that share a key.
     *
     * @param text 1 to 64 ASCII letters, digits, dots, dashes and underscores, of which the first is a letter or a
     *     digit; or empty, the default, for no label
     * @return this
     * @throws IllegalArgumentException if the text is not such a label
     */
    public B label(String text) {
        Objects.requireNonNull(text, "text");
        if (!text.isEmpty() && !LABEL.matcher(text).matches()) {
            throw new IllegalArgumentException("'" + text
                    + "' is no label: it has 1 to 64 letters, digits, dots, dashes and underscores, and begins with a letter"
                    + " or a digit");
        }
        settings.label = text;
        return self();
    }

    /**
     * Sets the longest time for an attempt to make an outgoing connection.
     *
     * @param timeout from 1 ms to 365 days, for the name and all its addresses together, and for each of several servers
     *     or targets; null, the default, leaves it to the system
     * @return this
     * @throws IllegalArgumentException if it is out of these bounds
     */
    public B connectTimeout(@Nullable Duration timeout) {
        settings.connectTimeout = timeout == null ? null : Timeouts.checked("connect", timeout);
        return self();
    }

    /**
     * Sets the longest time for a handshake, counted from connecting or accepting.
     *
     * @param timeout from 1 ms to 365 days; {@link ClientBuilder#DEFAULT_HANDSHAKE_TIMEOUT} or {@link
     *     ServerBuilder#DEFAULT_HANDSHAKE_TIMEOUT} by default. On a server the key adds up to the same amount again
     * @return this
     * @throws IllegalArgumentException if it is out of these bounds
     */
    public B handshakeTimeout(Duration timeout) {
        settings.handshakeTimeout = Timeouts.checked("handshake", Objects.requireNonNull(timeout, "timeout"));
        return self();
    }

    /**
     * Sets the most connections tunnelled at once; further ones wait.
     *
     * @param max 1 or more; {@value #DEFAULT_MAX_CONNECTIONS} by default
     * @return this
     * @throws IllegalArgumentException if it is less than 1
     */
    public B maxConnections(int max) {
        if (max < 1) {
            throw new IllegalArgumentException("at least one connection must be allowed, not " + max);
        }
        settings.maxConnections = max;
        return self();
    }

    /**
     * Sets the transport of the sockets.
     *
     * @param choice {@link Transport#AUTO} by default: the best one available, or that of the {@link #eventLoops}
     * @return this
     */
    public B transport(Transport choice) {
        Objects.requireNonNull(choice, "choice");
        settings.transport = choice == Transport.AUTO ? null : choice.sockets();
        return self();
    }

    /**
     * Uses event loops of the caller, instead of starting one for each core.
     *
     * @param group made by {@link Transport#newEventLoops} or with {@link Transport#ioHandlerFactory}; a group with
     *     Netty's own handler is refused on epoll, and accepted elsewhere. The group decides the transport. The caller
     *     shuts it down, best after the tunnel has stopped. A shutdown before that stops the tunnel too. But a group
     *     without a quiet period may end without closing its sockets. Then connections and the listener stay open, and
     *     their memory is not wiped
     * @return this
     */
    public B eventLoops(EventLoopGroup group) {
        settings.loops = Objects.requireNonNull(group, "group");
        return self();
    }

    /**
     * Runs the tunnel in an environment, with the environment's event loops, buffers and open files instead of its own.
     *
     * @param shared borrowed: the caller closes it. It must be open when the tunnel starts, and closing it stops the
     *     tunnel. {@link #eventLoops} and {@link #bufferMemory} can't be set together with it, and {@link #transport}
     *     only to the environment's
     * @return this
     */
    public B environment(TunnelEnvironment shared) {
        settings.environment = Objects.requireNonNull(shared, "shared").shared();
        return self();
    }

    /**
     * Sets whether the system probes idle connections on both sides to notice a peer that has vanished (SO_KEEPALIVE).
     *
     * @param on true by default
     * @return this
     */
    public B keepAlive(boolean on) {
        settings.keepAlive = on;
        return self();
    }

    /**
     * Sets how the system probes idle connections between client and server, unless {@link #keepAlive(boolean)} is off.
     * Connections with applications and targets use the system's defaults. By default the first of four probes is sent
     * after 60 s, the others follow every 15 s, and a vanished peer is given up after two minutes.
     *
     * @param idle the silence before the first probe: from 1 s to 32,767 s, in whole seconds
     * @param interval the time between probes: from 1 s to 32,767 s, in whole seconds
     * @param probes the number of unanswered probes that ends the connection, from 1 to 127
     * @return this
     * @throws IllegalArgumentException if one is out of its bounds
     */
    public B keepAlive(Duration idle, Duration interval, int probes) {
        settings.wireKeepAlive = new KeepAlive(
                Objects.requireNonNull(idle, "idle"), Objects.requireNonNull(interval, "interval"), probes);
        return self();
    }

    /**
     * Sets how long data between client and server may stay unacknowledged before the connection is given up
     * (TCP_USER_TIMEOUT). This notices a dead path while data is on its way, when the system sends no probes. A peer
     * that accepts no data but answers is not given up. Works only with {@link Transport#EPOLL} and {@link
     * Transport#IO_URING}. With other transports the system decides, often after 15 minutes, and a tunnel for which
     * this was set logs a warning when it starts.
     *
     * @param timeout from 1 s to 24 days; 2 minutes by default; null leaves it to the system
     * @return this
     * @throws IllegalArgumentException if it is out of these bounds
     */
    public B userTimeout(@Nullable Duration timeout) {
        settings.stages.userTimeout = timeout == null ? null : Timeouts.checkedUser(timeout);
        settings.stages.requestedUserTimeout = settings.stages.userTimeout;
        return self();
    }

    /**
     * Sets the most memory for the tunnel's buffers, of all connections together. When it is used up, connections wait
     * for each other's buffers.
     *
     * @param maxBytes 1 MiB or more; by default the maximum size of the Java heap, but at least 32 MiB and at most 1
     *     GiB
     * @return this
     * @throws IllegalArgumentException if it is less than 1 MiB
     */
    public B bufferMemory(long maxBytes) {
        if (maxBytes < MIN_BUFFER_MEMORY) {
            throw new IllegalArgumentException("buffers need " + MIN_BUFFER_MEMORY + " bytes or more, not " + maxBytes);
        }
        settings.bufferMemory = maxBytes;
        return self();
    }

    /**
     * Sets the clock for the time in hellos, and for checking it. A server treats a clock that falls behind {@link
     * System#nanoTime()} as one that was set back.
     *
     * @param source the system's clock by default; several threads use it
     * @return this
     */
    public B clock(InstantSource source) {
        settings.clock = Objects.requireNonNull(source, "source");
        return self();
    }

    /**
     * Sets what somebody who watches the wire can tell from the sizes and times of what this end sends: the shape of
     * each connection between client and server, from the end of the handshake on. The other end sets its own. A shape
     * with padding needs version 2 of the protocol: a client can't speak version 1, and a server accepts version 2 only.
     *
     * @param choice {@link TrafficShape#asWritten()} by default
     * @return this
     */
    public B shape(TrafficShape choice) {
        settings.shape = Objects.requireNonNull(choice, "choice");
        return self();
    }

    /**
     * Adds a listener for the events of each tunnel that this builder starts.
     *
     * @param listener the tunnels' event loops call it, several at a time; listeners are called in the order in which
     *     they were added
     * @return this
     */
    public B events(TunnelEvents listener) {
        settings.listeners.add(Objects.requireNonNull(listener, "listener"));
        return self();
    }

    // ---- stages

    /**
     * Accepts connections from these networks only; others are refused before any other work for them: a client closes
     * them, and a server follows {@link ServerBuilder#refused}. Each call adds networks. Without a call, all networks
     * are allowed.
     *
     * @param networks IPv4 or IPv6 addresses with the length of their prefix, as in {@code 192.0.2.0/24} or {@code
     *     2001:db8::/32}, or addresses alone
     * @return this
     * @throws IllegalArgumentException if one can't be parsed, with a message for the user; none is added then
     */
    public B allowFrom(String... networks) {
        for (String network : Objects.requireNonNull(networks, "networks")) {
            Objects.requireNonNull(network, "networks");
        }
        settings.stages.sourceNetworks.addAll(
                Stream.of(networks).map(SourceNetworksStage::network).toList());
        return self();
    }

    /**
     * Limits the rate of each connection, separately in each direction.
     *
     * @param bytesPerSecond plaintext bytes, 1 or more, as an average over a second or two. Data is sent in pieces of a
     *     quarter of a second's amount, but of 256 bytes or more
     * @return this
     * @throws IllegalArgumentException if it is less than 1
     */
    public B bandwidthPerConnection(long bytesPerSecond) {
        settings.stages.connectionBandwidth = positive(bytesPerSecond);
        return self();
    }

    /**
     * Limits the rate of all connections of the tunnel together, separately in each direction.
     *
     * @param bytesPerSecond plaintext bytes, 1 or more, as an average over a second or two. Each connection sends
     *     pieces of its share of a quarter of a second's amount, but of 256 bytes or more
     * @return this
     * @throws IllegalArgumentException if it is less than 1
     */
    public B bandwidthPerTunnel(long bytesPerSecond) {
        settings.stages.tunnelBandwidth = positive(bytesPerSecond);
        return self();
    }

    private static long positive(long bytesPerSecond) {
        if (bytesPerSecond < 1) {
            throw new IllegalArgumentException("a bandwidth must be at least 1 byte/s, not " + bytesPerSecond);
        }
        return bytesPerSecond;
    }

    /**
     * Resets connections on which no data moves in either direction. Data that a stage delays, as a bandwidth limit
     * does, counts as moving.
     *
     * @param timeout idle time before the reset, 1 ms to 365 days; null (the default) disables it
     * @return this
     * @throws IllegalArgumentException if it is out of these bounds
     */
    public B idleTimeout(@Nullable Duration timeout) {
        settings.stages.idleTimeout = timeout == null ? null : Timeouts.checked("idle", timeout);
        return self();
    }

    /**
     * Logs one line for each connection when it ends, to the logger {@code io.saltunnel.access}: time, peer, target,
     * seconds, bytes each way, and the outcome.
     *
     * @param on false by default
     * @return this
     */
    public B accessLog(boolean on) {
        settings.stages.accessLog = on;
        return self();
    }

    /**
     * Expects a PROXY protocol header, version 1 or 2, at the beginning of each accepted connection, as load balancers
     * send it. The connection then counts as one of the peer that the header names: in the access log, for stages and
     * for {@link #proxyHeader}, so that a target behind the tunnel can be told the address of a proxy's client. A
     * client resets a connection without a header within ten seconds; a server ends it like one without the key.
     *
     * <p>The header is believed. So {@link #allowFrom} must name the networks of the proxies, unless the tunnel listens
     * on a UNIX domain socket; it does not apply to the addresses in headers. Otherwise the start fails with an {@link
     * IllegalArgumentException}.
     *
     * @param on false by default
     * @return this
     */
    public B acceptProxy(boolean on) {
        settings.stages.acceptProxy = on;
        return self();
    }

    /**
     * Sends a PROXY protocol header (version 2) with the peer's address to the target before the first byte. The target
     * must expect it.
     *
     * <p>On a client the header goes through the tunnel and carries the address of the application, as the client sees
     * it, or as {@link #acceptProxy} has told it. On a server it carries the address of the tunnel's client. If both
     * send one, the target gets two headers, the server's first. Use only one.
     *
     * @param on false by default
     * @return this
     */
    public B proxyHeader(boolean on) {
        settings.stages.proxyHeader = on;
        return self();
    }

    /**
     * Adds a stage to every connection, after the built-in ones and those added before.
     *
     * @param stage the stage; the event loops of every tunnel that this builder starts call it
     * @return this
     */
    public B stage(PipelineStage stage) {
        settings.stages.custom.add(Objects.requireNonNull(stage, "stage"));
        return self();
    }

    /**
     * Binds, and begins to accept. The calling thread first looks up a name to listen on. If the module {@code
     * jdk.incubator.vector} is present, the first start in a process also begins a trial on another thread: whether the
     * module makes the cipher faster. Nothing waits for the trial.
     *
     * @return completes on one of the tunnel's event loops with the running tunnel, which the caller must
     *     {@linkplain Tunnel#stop stop}; or fails with the reason why it can't listen on the address
     * @throws IllegalStateException if the address to listen on or the one to connect to is missing; on a server also
     *     if the key is closed; on io_uring also if the process uses it in a way that loses ends of streams; in an
     *     environment also if that is closed, or event loops or buffer memory were set as well
     * @throws IllegalArgumentException if no tunnel can run on the given event loops, or they drive a transport other
     *     than the chosen one; the message says how to make suitable loops. Also if there is a name, but only version 1
     *     of the protocol, which carries none; or if {@link #shape} needs padding, and version 1 was chosen or is accepted
     *     too; or if {@link #acceptProxy} is on, and {@link #allowFrom} names no
     *     network
     * @throws UnsupportedOperationException if the transport is not available here
     * @throws io.saltunnel.core.secret.MemoryLockException if memory for secrets must be locked, and can't be
     */
    public CompletableFuture<Tunnel> start() {
        CompletableFuture<Tunnel> started = new CompletableFuture<>();
        new TunnelStart(settings).start().whenComplete((running, failure) -> {
            if (failure != null) {
                started.completeExceptionally(failure);
            } else if (!started.complete(new Tunnel(running))) { // cancelled by the caller, who could never stop it
                running.end().stop(Duration.ZERO);
            }
        });
        return started;
    }
}
