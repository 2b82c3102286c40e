package io.saltunnel.netty.internal.link;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.saltunnel.netty.internal.admission.FileBudget;
import io.saltunnel.netty.internal.transport.SocketTransport;
import io.saltunnel.netty.memory.LockedBufferAllocator;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArraySet;

/**
 * Event loops, buffers and open files that any number of tunnels share. Any thread.
 *
 * <pre>
 *   OPEN ── stop ──▶ CLOSED    refuses tunnels, stops those it has
 *                      │
 *                      └── the last one has stopped ──▶ ENDING    its own loops end, then the buffers
 * </pre>
 */
public final class SharedEnvironment {
    private enum State {
        OPEN,
        CLOSED,
        ENDING
    }

    final SocketTransport transport;
    final EventLoopGroup group;
    final LockedBufferAllocator buffers;
    final FileBudget files = new FileBudget();
    private final TunnelLoops loops;
    private final Set<Runnable> shortages = new CopyOnWriteArraySet<>();
    private final Set<TunnelEnd> tunnels = new HashSet<>();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private State state = State.OPEN;

    private SharedEnvironment(SocketTransport transport, TunnelLoops loops, LockedBufferAllocator buffers) {
        this.transport = transport;
        this.loops = loops;
        this.group = loops.group();
        this.buffers = buffers;
        buffers.whenShort(() -> shortages.forEach(Runnable::run));
    }

    /**
     * An environment with its own event loops.
     *
     * @param transport what they drive
     * @param threads the number of loops
     * @param buffers used up by this, which closes them
     * @return the environment, which the caller stops
     */
    public static SharedEnvironment withOwnLoops(
            SocketTransport transport, int threads, LockedBufferAllocator buffers) {
        return new SharedEnvironment(transport, TunnelLoops.own(transport, threads), buffers);
    }

    /**
     * An environment on the caller's event loops, which the caller still owns.
     *
     * @param transport what they drive
     * @param group the loops
     * @param buffers used up by this, which closes them
     * @return the environment, which the caller stops
     */
    public static SharedEnvironment onLoopsOf(
            EventLoopGroup group, SocketTransport transport, LockedBufferAllocator buffers) {
        return new SharedEnvironment(transport, TunnelLoops.of(group, transport), buffers);
    }

    synchronized void checkOpen() {
        if (state != State.OPEN) {
            throw new IllegalStateException("the tunnel's environment is closed");
        }
    }

    /** Runs a tunnel's callback each time the shared buffers are used up. */
    void tellOfShortages(Runnable tunnel) {
        shortages.add(tunnel);
    }

    void forget(Runnable tunnel) {
        shortages.remove(tunnel);
    }

    /** Adds a tunnel that has started. If the environment was closed meanwhile, this stops the tunnel again. */
    void add(TunnelEnd tunnel) {
        boolean stop;
        synchronized (this) {
            tunnels.add(tunnel);
            stop = state != State.OPEN;
        }
        tunnel.stopped().whenComplete((done, failure) -> remove(tunnel));
        if (stop) {
            tunnel.stop(Duration.ZERO);
        }
    }

    private void remove(TunnelEnd tunnel) {
        synchronized (this) {
            tunnels.remove(tunnel);
        }
        endIfUnused();
    }

    /**
     * The event loops of its tunnels.
     *
     * @return borrowed
     */
    public EventLoopGroup group() {
        return group;
    }

    /**
     * The class of TCP channels on these event loops.
     *
     * @return with a public constructor without parameters
     */
    public Class<? extends SocketChannel> socketChannel() {
        return transport.socketChannel();
    }

    /**
     * Waits for the current tasks of the event loops.
     *
     * @return completes when each loop has run its current tasks
     */
    public CompletableFuture<Void> turn() {
        return loops.runAll();
    }

    /**
     * Stops all its tunnels, and doesn't wait. A second call may shorten the grace time.
     *
     * @param grace the time for joined links to finish
     * @return completes when all tunnels have stopped, and the environment's own event loops have ended
     */
    public CompletableFuture<Void> stop(Duration grace) {
        List<TunnelEnd> all;
        synchronized (this) {
            state = state == State.OPEN ? State.CLOSED : state;
            all = List.copyOf(tunnels);
        }
        all.forEach(tunnel -> tunnel.stop(grace));
        endIfUnused();
        return stopped.copy();
    }

    private void endIfUnused() {
        synchronized (this) {
            if (state != State.CLOSED || !tunnels.isEmpty()) {
                return;
            }
            state = State.ENDING;
        }
        loops.leave().whenComplete((left, failure) -> {
            buffers.close();
            if (failure == null) {
                stopped.complete(null);
            } else {
                stopped.completeExceptionally(failure);
            }
        });
    }

    /**
     * Stops without a grace time, and waits for the end.
     *
     * @throws IllegalStateException if it is called on one of the event loops; nothing is stopped then
     */
    public void close() {
        loops.checkMayWaitFor(stopped);
        stop(Duration.ZERO).join();
    }
}
