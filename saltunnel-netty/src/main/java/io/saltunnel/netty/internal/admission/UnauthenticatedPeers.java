package io.saltunnel.netty.internal.admission;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The budget for connections that have not proved the key yet. When it is full, the oldest is evicted. A client that
 * knows the key occupies the budget for one round trip, a stranger until it leaves.
 *
 * <pre>
 *   unauthenticated ─ oldest ─▶ leaving ─ oldest ─▶ gone
 *       │                    ▲
 *       └─ clienthi ─▶ greeted ─ message0 ─▶ out of the budget
 * </pre>
 *
 * <p>A peer whose clienthi was admitted is called greeted, and only other greeted peers can evict it. So a flood of
 * unauthenticated peers can only evict a client on a slow line before its first frame has arrived. Up to a quarter of
 * the budget, greeted peers are counted separately. Beyond that, each takes the place of a peer that isn't greeted,
 * until those have a quarter of the budget left. A peer that is told to leave may end its connection in order, but is
 * told again if too many are leaving. A peer stays if its clienthi is admitted before it has begun to leave, which
 * happens if its event loop is busy.
 *
 * <p>One for each server, shared by its event loops. Every call takes a short lock.
 */
public final class UnauthenticatedPeers {
    private static final int PEERS_PER_GREETED = 4;
    private static final int PEERS_PER_LEAVING = 8;

    /** A connection's place in the budget. */
    public final class Peer {
        private final Runnable evict;
        private @Nullable Line line;
        private boolean wasGreeted;

        private Peer(Runnable evict) {
            this.evict = evict;
        }

        /**
         * The peer's clienthi was admitted. If it was told to leave and hasn't begun to, it stays. Does nothing if it
         * was greeted before, or has left.
         */
        public void greeted() {
            List<Peer> told = new ArrayList<>(0);
            synchronized (UnauthenticatedPeers.this) {
                if (line == unauthenticated || line == leaving && !wasGreeted) {
                    wasGreeted = true;
                    line.remove(this);
                    greeted.enter(this, maxUnauthenticated, told);
                    unauthenticated.shrink(unauthenticatedAllowed(), told);
                }
            }
            told.forEach(peer -> peer.evict.run());
        }

        /**
         * Whether the peer still has to leave. Called when the eviction runs.
         *
         * @return false if it may stay after all
         */
        public boolean mustLeave() {
            synchronized (UnauthenticatedPeers.this) {
                return line == leaving || line == null;
            }
        }

        /**
         * Takes the peer out of the budget: it has proved the key, or its connection is closed. Calling it again does
         * nothing.
         */
        public void leave() {
            synchronized (UnauthenticatedPeers.this) {
                if (line != null) {
                    line.remove(this);
                }
            }
        }
    }

    private int maxUnauthenticated;
    private int maxBeside;
    private int maxLeaving;
    private final Line unauthenticated = new Line();
    private final Line greeted = new Line();
    private final Line leaving = new Line();

    /**
     * An empty budget, to which any number of connections may be added.
     *
     * @param maxUnauthenticated the most unauthenticated peers at once, 1 or more. In addition, there may be a quarter
     *     as many that are about to prove the key (more only in place of the others), and an eighth as many that are
     *     leaving
     */
    public UnauthenticatedPeers(int maxUnauthenticated) {
        if (maxUnauthenticated < 1) {
            throw new IllegalArgumentException("at least one peer must be allowed, not " + maxUnauthenticated);
        }
        setBounds(maxUnauthenticated);
    }

    private void setBounds(int unauthenticated) {
        maxUnauthenticated = unauthenticated;
        maxBeside = Math.max(1, unauthenticated / PEERS_PER_GREETED);
        maxLeaving = Math.max(1, unauthenticated / PEERS_PER_LEAVING);
    }

    /**
     * Changes the size of the budget; evicts the oldest beyond it.
     *
     * @param unauthenticated the most unauthenticated peers at once, 1 or more
     */
    public void resize(int unauthenticated) {
        if (unauthenticated < 1) {
            throw new IllegalArgumentException("at least one peer must be allowed, not " + unauthenticated);
        }
        List<Peer> told = new ArrayList<>();
        synchronized (this) {
            setBounds(unauthenticated);
            greeted.shrink(maxUnauthenticated, told);
            this.unauthenticated.shrink(unauthenticatedAllowed(), told);
            leaving.shrink(maxLeaving, told);
        }
        told.forEach(peer -> peer.evict.run());
    }

    /**
     * Adds a connection that was just accepted; evicts the oldest beyond the budget.
     *
     * @param evict tells this connection to leave: soon on the first call, at once on the second. Must be quick; runs
     *     on any thread
     * @return its place, which the caller has to {@linkplain Peer#leave leave}
     */
    public Peer add(Runnable evict) {
        Peer peer = new Peer(evict);
        List<Peer> told = new ArrayList<>(0);
        synchronized (this) {
            unauthenticated.enter(peer, unauthenticatedAllowed(), told);
        }
        told.forEach(oldest -> oldest.evict.run());
        return peer;
    }

    private int unauthenticatedAllowed() {
        return maxUnauthenticated - Math.max(0, greeted.peers.size() - maxBeside);
    }

    /**
     * Returns the size of the budget in use.
     *
     * @return the current number, including those that are leaving
     */
    public synchronized int size() {
        return unauthenticated.peers.size() + greeted.peers.size() + leaving.peers.size();
    }

    /** Peers in the order of their arrival. Guarded by the budget. */
    private final class Line {
        private final Set<Peer> peers = new LinkedHashSet<>();

        void enter(Peer peer, int max, List<Peer> told) {
            peer.line = this;
            peers.add(peer);
            shrink(max, told);
        }

        /**
         * Removes the oldest peers beyond the maximum, and adds them to those to be told. They go to the line of
         * leaving peers, unless this is that line.
         */
        void shrink(int max, List<Peer> told) {
            while (peers.size() > max) {
                Peer oldest = peers.iterator().next();
                remove(oldest);
                told.add(oldest);
                if (this != leaving) {
                    leaving.enter(oldest, maxLeaving, told);
                }
            }
        }

        void remove(Peer peer) {
            peers.remove(peer);
            peer.line = null;
        }
    }
}
