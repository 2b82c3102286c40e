package io.saltunnel.netty.internal.relay;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.RawUnixChannelOption;
import io.netty.channel.uring.IoUringSocketChannel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;

/**
 * Waits until the peer's system has got what this one was given to send, as far as the transport can tell.
 *
 * <p>On epoll and io_uring TCP's own account (TCP_INFO) tells, looked at every few milliseconds: no segment is
 * unacknowledged, and no byte waits to be sent, as it does while the peer's window is closed. NIO and kqueue tell
 * nothing: {@link #UNKNOWN_MILLIS} has to do there. If the channel is closed first, nothing happens any more. On the
 * channel's event loop.
 */
final class Acknowledgement implements Runnable {
    /** How long a system that can't be asked has to send what it was given. */
    static final long UNKNOWN_MILLIS = 250;

    private static final long FIRST_PAUSE_MILLIS = 1;
    private static final long LONGEST_PAUSE_MILLIS = 50;

    private static final int IPPROTO_TCP = 6;
    private static final int TCP_INFO = 11;

    /** Where in {@code struct tcp_info} of Linux {@code tcpi_unacked} stands. */
    private static final int UNACKED = 24;

    /** And {@code tcpi_notsent_bytes}, from Linux 4.6 on; it stays zero on older ones. */
    private static final int NOT_SENT = 144;

    private static final RawUnixChannelOption ACCOUNT =
            new RawUnixChannelOption("TCP_INFO", IPPROTO_TCP, TCP_INFO, NOT_SENT + Integer.BYTES);

    private enum Delivery {
        DONE,
        UNDER_WAY,
        UNKNOWN
    }

    private final Channel channel;
    private final Runnable then;
    private long pauseMillis = FIRST_PAUSE_MILLIS;

    private Acknowledgement(Channel channel, Runnable then) {
        this.channel = channel;
        this.then = then;
    }

    /**
     * Waits.
     *
     * @param channel whose output is flushed
     * @param then runs when it has got to the peer's system; at once, if it has
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
        if (channel instanceof EpollSocketChannel || channel instanceof IoUringSocketChannel) {
            try {
                ByteBuffer account = channel.config().getOption(ACCOUNT).order(ByteOrder.nativeOrder());
                return account.getInt(UNACKED) == 0 && account.getInt(NOT_SENT) == 0
                        ? Delivery.DONE
                        : Delivery.UNDER_WAY;
            } catch (ChannelException e) {
                return Delivery.UNKNOWN;
            }
        }
        return channel instanceof SocketChannel ? Delivery.UNKNOWN : Delivery.DONE;
    }
}
