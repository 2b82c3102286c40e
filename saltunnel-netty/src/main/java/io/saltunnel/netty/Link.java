package io.saltunnel.netty;

import io.netty.channel.Channel;
import io.saltunnel.netty.internal.relay.Relay;
import org.jspecify.annotations.Nullable;

/** One accepted connection and what it leads to, from its start to the end of both sides. Lives on the event loop of the accepted channel. */
abstract class Link implements Relay.Listener {
    final TunnelRuntime tunnel;
    final Channel accepted;
    final Relay relay;
    private boolean started;
    private boolean over;

    Link(TunnelRuntime tunnel, Channel accepted) {
        this.tunnel = tunnel;
        this.accepted = accepted;
        this.relay = new Relay(tunnel.counters.plainBytes, tunnel.counters.wireBytes, this);
    }

    /** Assembles the accepted channel's pipeline. */
    abstract void begin();

    /** Gives back what the link holds beyond its two channels. */
    abstract void free();

    final void join() {
        started = true;
        relay.start();
    }

    final boolean isOver() {
        return over;
    }

    /** Whether bytes are being relayed: what a graceful stop waits for. */
    final boolean isStarted() {
        return started;
    }

    final String peer() {
        return tunnel.nameOf(accepted);
    }

    @Override
    public final void relayEnded(Relay.Outcome outcome, @Nullable Throwable cause) {
        over = true;
        free();
        if (started) {
            (outcome == Relay.Outcome.COMPLETED ? tunnel.counters.completed : tunnel.counters.aborted).increment();
            tunnel.log.debug("{}: {}", peer(), describe(outcome, cause));
        }
        tunnel.ended(this);
    }

    private static String describe(Relay.Outcome outcome, @Nullable Throwable cause) {
        if (outcome == Relay.Outcome.COMPLETED) {
            return "done";
        }
        Throwable root = cause;
        while (root != null && root.getCause() != null) {
            root = root.getCause();
        }
        return "reset: " + (root == null ? "closed" : root.toString());
    }
}
