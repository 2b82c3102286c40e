package io.saltunnel.netty.internal.limit;

import io.netty.channel.Channel;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The budget for connections that have not proved the key yet. When it is full, the oldest goes: a client that knows the key needs one round trip, a stranger needs to be there the whole time.
 *
 * <p>One for each server, shared by its event loops. Adding and removing take a short lock.
 */
public final class UnauthenticatedPeers {
    private final int maxPeers;
    private final Set<Channel> oldestFirst = new LinkedHashSet<>();
    private long evicted;

    /**
     * A budget.
     *
     * @param maxPeers how many at once, 1 or more
     */
    public UnauthenticatedPeers(int maxPeers) {
        if (maxPeers < 1) {
            throw new IllegalArgumentException("at least one peer must be allowed, not " + maxPeers);
        }
        this.maxPeers = maxPeers;
    }

    /**
     * Takes in a connection that was just accepted; beyond the budget, the oldest is closed, on its own event loop.
     *
     * @param channel the connection; leaves by itself when it closes
     */
    public void add(Channel channel) {
        Channel oldest = null;
        synchronized (this) {
            oldestFirst.add(channel);
            if (oldestFirst.size() > maxPeers) {
                Iterator<Channel> iterator = oldestFirst.iterator();
                oldest = iterator.next();
                iterator.remove();
                evicted++;
            }
        }
        channel.closeFuture().addListener(closed -> remove(channel));
        if (oldest != null) {
            oldest.close();
        }
    }

    /**
     * Lets a connection out of the budget: it has proved the key, or is closed.
     *
     * @param channel the connection
     */
    public synchronized void remove(Channel channel) {
        oldestFirst.remove(channel);
    }

    /**
     * Counts.
     *
     * @return how many there are now
     */
    public synchronized int size() {
        return oldestFirst.size();
    }

    /**
     * Counts.
     *
     * @return how many had to go to make room
     */
    public synchronized long evicted() {
        return evicted;
    }
}
