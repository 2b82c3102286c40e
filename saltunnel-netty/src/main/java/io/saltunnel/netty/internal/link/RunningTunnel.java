package io.saltunnel.netty.internal.link;

import io.netty.channel.Channel;
import io.saltunnel.core.key.KeySet;
import io.saltunnel.netty.address.Endpoint;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/** A tunnel that has started. Any thread. */
public final class RunningTunnel {
    private final TunnelParts parts;
    /** Made with the tunnel, because a listener that is added after the event loops have ended never runs. */
    private final CompletableFuture<Void> listeningEnded = new CompletableFuture<>();

    private final Channel listener;
    private final Endpoint boundAddress;
    private final TunnelRuntime runtime;
    private final TunnelEnd end;

    /**
     * A tunnel that accepts connections.
     *
     * @param parts the parts that it keeps for its whole life
     * @param listener its listening channel, bound
     * @param boundAddress where it listens
     * @param runtime its links
     */
    RunningTunnel(TunnelParts parts, Channel listener, Endpoint boundAddress, TunnelRuntime runtime) {
        this.parts = parts;
        this.listener = listener;
        this.boundAddress = boundAddress;
        this.runtime = runtime;
        this.end = new TunnelEnd(runtime, listener, parts.listening(), parts.loops());
        listener.closeFuture().addListener(closed -> listeningEnded.complete(null));
    }

    /**
     * Where it listens.
     *
     * @return with the actual port
     */
    public Endpoint boundAddress() {
        return boundAddress;
    }

    /**
     * The links of the tunnel.
     *
     * @return its links
     */
    public TunnelRuntime runtime() {
        return runtime;
    }

    /**
     * The end of the tunnel.
     *
     * @return its end
     */
    public TunnelEnd end() {
        return end;
    }

    /**
     * The end of its listening.
     *
     * @return completes on an event loop when the tunnel no longer listens, and another socket may listen on its
     *     address
     */
    public CompletableFuture<Void> listeningEnded() {
        return listeningEnded.copy();
    }

    /**
     * Accepts connections under other settings from now on. If this throws, nothing has changed.
     *
     * @param settings of the same role and address; not read any more when this returns
     * @return completes when the last connection under the previous settings has ended
     * @throws IllegalArgumentException if a running tunnel can't take these settings over
     * @throws IllegalStateException if an address is missing, a server's key is closed, or the tunnel was told to stop
     * @throws UnsupportedOperationException if the transport has no UNIX domain sockets, and the target is one
     */
    public synchronized CompletableFuture<Void> reconfigure(TunnelSettings settings) {
        parts.fixed().checkKeptBy(FixedSettings.of(settings));
        settings.stages.checkFor(parts.listening());
        Generation next = parts.next(settings, runtime.current());
        Generation before;
        try {
            parts.revocation().allow(settings.keys);
            before = runtime.replaceBy(next);
        } catch (IllegalStateException e) {
            next.stopConnecting();
            next.close();
            throw e;
        }
        next.warnOfSharedKeyAfter(before);
        next.side.limitAfter(before.side, parts.files());
        setOptionsOfLaterConnections();
        return before.retire()
                .thenCompose(unused -> {
                    before.stopConnecting();
                    return parts.loops().runAll();
                })
                .whenComplete((ran, failure) -> before.close());
    }

    /** Resets the connections that have proved a key which the settings in force don't have, or prove one from now on. */
    public synchronized void revokeFormerKeys() {
        revokeAllKeysBut(runtime.current().context.handshakes.keys());
    }

    /**
     * Resets the connections that have proved a key other than these, or prove one from now on.
     *
     * @param allowed the keys that are not revoked
     */
    public synchronized void revokeAllKeysBut(KeySet allowed) {
        parts.revocation().revokeAllBut(allowed);
        runtime.forEachLink(TunnelLink::resetIfRevoked);
    }

    private void setOptionsOfLaterConnections() {
        try {
            listener.eventLoop().execute(() -> {
                if (parts.acceptedInheritOptions() && listener.isOpen()) {
                    runtime.current().setAcceptedOptions(listener);
                }
            });
        } catch (RejectedExecutionException e) {
            // The event loops have ended, and so has the tunnel.
        }
    }
}
