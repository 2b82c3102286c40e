package io.saltunnel.netty.internal.relay;

import io.netty.channel.Channel;
import io.netty.channel.socket.SocketChannel;
import java.util.concurrent.TimeUnit;

/**
 * Waits until the peer's system has received all data written to this system, as far as the transport can tell.
 *
 * <p>On epoll and io_uring this polls TCP_INFO every few milliseconds until no segment is unacknowledged and no byte
 * waits to be sent. (Bytes wait while the peer's window is closed.) NIO and kqueue report nothing, so there this waits
 * {@link #UNKNOWN_MILLIS}. A UNIX domain socket writes into its peer's buffer, so there is nothing to wait for. If the
 * channel is closed first, nothing more happens. Runs on the channel's event loop.
 */
final class Acknowledgement implements Runnable {
    /** The time allowed for delivery if the system can't report its progress. */
    static final long UNKNOWN_MILLIS = 250;

    private static final long FIRST_PAUSE_MILLIS = 1;
    private static final long LONGEST_PAUSE_MILLIS = 50;

    private final Channel channel;
    private final Runnable then;
    private long pauseMillis = FIRST_PAUSE_MILLIS;

    private Acknowledgement(Channel channel, Runnable then) {
        this.channel = channel;
        this.then = then;
    }

    /**
     * Waits until the peer's system has acknowledged all data written so far.
     *
     * @param channel a channel whose output is flushed
     * @param then runs once the data has reached the peer's system; at once if it has already
     */
    static void await(Channel channel, Runnable then) {
        new Acknowledgement(channel, then).run();
    }

    @Override
    public void run() {
        if (!channel.isOpen()) {
            return;
        }
        switch (delivery()) {
            case DONE -> then.run();
            case UNDER_WAY -> {
                channel.eventLoop().schedule(this, pauseMillis, TimeUnit.MILLISECONDS);
                pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
            }
            case UNKNOWN -> channel.eventLoop().schedule(then, UNKNOWN_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private Delivery delivery() {
        if (!(channel instanceof SocketChannel)) {
            return Delivery.DONE; // of a UNIX domain socket: written data is in the peer's buffer
        }
        return isOnLinux(channel) ? LinuxTcpAccount.delivery(channel) : Delivery.UNKNOWN;
    }

    /** Identifies transports by the names of their classes, because native ones may be missing from the program. */
    private static boolean isOnLinux(Channel channel) {
        for (Class<?> type = channel.getClass(); type != null; type = type.getSuperclass()) {
            String name = type.getName();
            if (name.startsWith("io.netty.channel.epoll.") || name.startsWith("io.netty.channel.uring.")) {
                return true;
            }
        }
        return false;
    }
}
