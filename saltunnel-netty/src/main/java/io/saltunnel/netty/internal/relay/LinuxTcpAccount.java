package io.saltunnel.netty.internal.relay;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.RawUnixChannelOption;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads what Linux reports about a connection's unacknowledged bytes, in the option TCP_INFO. Netty's class for it
 * omits a field that this needs. Loaded only if there is an epoll or io_uring channel.
 */
final class LinuxTcpAccount {
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_INFO = 11;

    /** The offset of {@code tcpi_unacked} in {@code struct tcp_info}. */
    private static final int UNACKED = 24;

    /** The offset of {@code tcpi_notsent_bytes}, from Linux 4.6 on; zero on older systems. */
    private static final int NOT_SENT = 144;

    private static final RawUnixChannelOption ACCOUNT =
            new RawUnixChannelOption("TCP_INFO", IPPROTO_TCP, TCP_INFO, NOT_SENT + Integer.BYTES);

    private LinuxTcpAccount() {}

    /**
     * Whether the peer's system has received everything. While its window is closed, nothing is unacknowledged, but
     * data waits to be sent.
     */
    static Delivery delivery(Channel channel) {
        try {
            ByteBuffer account = channel.config().getOption(ACCOUNT).order(ByteOrder.nativeOrder());
            return account.getInt(UNACKED) == 0 && account.getInt(NOT_SENT) == 0 ? Delivery.DONE : Delivery.UNDER_WAY;
        } catch (ChannelException e) {
            return Delivery.UNKNOWN;
        }
    }
}
