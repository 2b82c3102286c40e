package io.saltunnel.netty.internal.link;

import io.netty.channel.Channel;
import io.saltunnel.netty.internal.transport.SocketOptions;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Everything that links need under one set of settings: those of a tunnel's start, or of a later reconfiguration. Each
 * link stays with the generation under which it was accepted. Any thread.
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
     * @param keyUse counts the use of its key, and ends with this generation; null if the use isn't counted
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

    /** Warns in the same case, unless the generation before has the same key and name. */
    void warnOfSharedKeyAfter(Generation before) {
        if (keyUse == null) {
            return;
        }
        if (before.keyUse == null) {
            keyUse.warnIfShared(context.log);
        } else {
            keyUse.warnIfShared(context.log, before.keyUse);
        }
    }

    /** Begins a link, which has to {@link #leave} when it ends. Returns false if the next generation is in force. */
    synchronized boolean enter() {
        if (retired) {
            return false;
        }
        links++;
        return true;
    }

    /** Call this when a link has ended. */
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
     * Call this when the next generation is in force.
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

    /** Ends the look-ups of names, because no link is left. */
    void stopConnecting() {
        context.connector.close();
    }

    /** Tells the stages that the tunnel has stopped, because no handler is left. */
    void close() {
        context.flushWarnings();
        context.stages.stopped(context.log);
        if (keyUse != null) {
            keyUse.end();
        }
    }
}
