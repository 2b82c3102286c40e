package io.saltunnel.netty.internal.link;

import io.netty.channel.Channel;
import io.saltunnel.netty.internal.transport.SocketOptions;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What links are made of under certain settings: those of a tunnel's start, or of a later reconfiguration. Each link
 * stays with the generation that it was accepted under. Any thread.
 *
 * <pre>
 *   IN_FORCE ── replaced by the next one ──▶ RETIRED ── its last link has ended ──▶ UNUSED ──▶ closed
 *       └────────── the tunnel's end, when no link is left ─────────────────────────────────────▲
 * </pre>
 */
public final class Generation {
    final Side side;
    final LinkContext context;
    private final @Nullable SocketOptions sockets;
    private final @Nullable KeyUse keyUse;
    private final CompletableFuture<Void> unused = new CompletableFuture<>();
    private int links;
    private boolean retired;

    /**
     * A generation whose sockets have their options already.
     *
     * @param side what differs between a client and a server
     * @param context what the links share
     */
    public Generation(Side side, LinkContext context) {
        this(side, context, null, null);
    }

    /**
     * A generation that is in force.
     *
     * @param sockets the options of accepted connections; null if they have them already
     * @param keyUse the count of its key, ended with it; null if it isn't counted
     */
    Generation(Side side, LinkContext context, @Nullable SocketOptions sockets, @Nullable KeyUse keyUse) {
        this.side = side;
        this.context = context;
        this.sockets = sockets;
        this.keyUse = keyUse;
    }

    /** Sets the options of an accepted connection, or of the listening channel for those that it will accept. */
    void setAcceptedOptions(Channel socket) {
        if (sockets != null) {
            side.setAcceptedOptions(sockets, socket);
        }
    }

    /** Warns if another tunnel of this process has the same key and name. */
    void warnOfSharedKey() {
        if (keyUse != null) {
            keyUse.warnIfShared(context.log);
        }
    }

    /** The same, unless that was told of the generation before. */
    void warnOfSharedKeyAfter(Generation before) {
        if (keyUse != null && (before.keyUse == null || !keyUse.isSameAs(before.keyUse))) {
            warnOfSharedKey();
        }
    }

    /** Begins a link, which has to {@link #leave} in the end; false if the next generation is in force. */
    synchronized boolean enter() {
        if (retired) {
            return false;
        }
        links++;
        return true;
    }

    /** A link has ended. */
    void leave() {
        boolean last;
        synchronized (this) {
            links--;
            last = retired && links == 0;
        }
        if (last) {
            unused.complete(null);
        }
    }

    /**
     * The next generation is in force.
     *
     * @return completes when the last link has ended, on its event loop
     */
    CompletableFuture<Void> retire() {
        boolean last;
        synchronized (this) {
            retired = true;
            last = links == 0;
        }
        if (last) {
            unused.complete(null);
        }
        return unused;
    }

    /** Looks up no more names: no link is left. */
    void stopConnecting() {
        context.connector.close();
    }

    /** Tells the stages the end: no handler is left. */
    void close() {
        context.stages.stopped(context.log);
        if (keyUse != null) {
            keyUse.end();
        }
    }
}
