package io.saltunnel.netty.internal.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.kqueue.KQueueServerSocketChannel;
import io.netty.channel.kqueue.KQueueSocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An option of a TCP socket that holds a number, for every transport. Native transports set it by the system's own
 * numbers. NIO sets it by its name, if Java has one for it. Any thread.
 */
public final class SystemOption {
    /** Whether urgent data stays in the stream: 0 or 1. */
    public static final SystemOption OUT_OF_BAND_INLINE =
            new SystemOption(number("SO_OOBINLINE", 1, 10), number("SO_OOBINLINE", 0xffff, 0x100), "SO_OOBINLINE");

    /** Whether the system probes a silent peer: 0 or 1. */
    public static final SystemOption KEEPALIVE =
            new SystemOption(number("SO_KEEPALIVE", 1, 9), number("SO_KEEPALIVE", 0xffff, 8), "SO_KEEPALIVE");

    /** The seconds of silence before the first keepalive probe. */
    public static final SystemOption KEEPALIVE_IDLE =
            new SystemOption(number("TCP_KEEPIDLE", 6, 4), number("TCP_KEEPALIVE", 6, 0x10), "TCP_KEEPIDLE");

    /** The seconds between keepalive probes. */
    public static final SystemOption KEEPALIVE_INTERVAL =
            new SystemOption(number("TCP_KEEPINTVL", 6, 5), number("TCP_KEEPINTVL", 6, 0x101), "TCP_KEEPINTERVAL");

    /** The number of unanswered keepalive probes after which the connection is given up. */
    public static final SystemOption KEEPALIVE_PROBES =
            new SystemOption(number("TCP_KEEPCNT", 6, 6), number("TCP_KEEPCNT", 6, 0x102), "TCP_KEEPCOUNT");

    /**
     * The milliseconds without an acknowledgement after which the connection is given up; 0 for the system's default.
     */
    public static final SystemOption USER_TIMEOUT = new SystemOption(number("TCP_USER_TIMEOUT", 6, 18), null, null);

    /** The number of bytes that must arrive before data is readable. Linux enlarges the receive buffer to hold them. */
    static final SystemOption RECEIVE_LOW_WATER = new SystemOption(number("SO_RCVLOWAT", 1, 18), null, null);

    private final ChannelOption<Integer> linux;
    private final @Nullable ChannelOption<Integer> macOs;
    private final @Nullable String java;

    private SystemOption(ChannelOption<Integer> linux, @Nullable ChannelOption<Integer> macOs, @Nullable String java) {
        this.linux = linux;
        this.macOs = macOs;
        this.java = java;
    }

    private static ChannelOption<Integer> number(String name, int level, int option) {
        return new IntegerUnixChannelOption(name, level, option);
    }

    /**
     * Sets the option.
     *
     * @param connection an open channel, connected or not
     * @param value the value, as the option's description says
     * @return false if there is no such option on this transport
     * @throws ChannelException if the system refuses it, as some do once the peer has reset the connection
     */
    public boolean set(Channel connection, int value) {
        if (connection instanceof NioSocketChannel) {
            SocketOption<?> option = java == null ? null : JavaOptions.BY_NAME.get(java);
            return option != null && set(connection, option, value);
        }
        return numbered(connection)
                .map(option -> connection.config().setOption(option, value))
                .orElse(false);
    }

    @SuppressWarnings("unchecked") // its type says what it holds
    private static boolean set(Channel connection, SocketOption<?> option, int value) {
        return option.type() == Boolean.class
                ? connection.config().setOption(NioChannelOption.of((SocketOption<Boolean>) option), value != 0)
                : connection.config().setOption(NioChannelOption.of((SocketOption<Integer>) option), value);
    }

    /**
     * Asks the system for the option.
     *
     * @param connection an open channel
     * @return the value, or empty if there is no such option on this transport
     * @throws ChannelException if the system refuses to report it
     */
    public Optional<Integer> get(Channel connection) {
        if (connection instanceof NioSocketChannel) {
            SocketOption<?> option = java == null ? null : JavaOptions.BY_NAME.get(java);
            Object value = option == null ? null : connection.config().getOption(NioChannelOption.of(option));
            return Optional.ofNullable(value instanceof Boolean on ? Integer.valueOf(on ? 1 : 0) : (Integer) value);
        }
        return numbered(connection).map(option -> connection.config().getOption(option));
    }

    /**
     * Tells whether the option exists.
     *
     * @param connection a channel of any transport
     * @return whether its transport has this option
     */
    public boolean isKnownTo(Channel connection) {
        return connection instanceof NioSocketChannel
                ? java != null && JavaOptions.BY_NAME.containsKey(java)
                : numbered(connection).isPresent();
    }

    private Optional<ChannelOption<Integer>> numbered(Channel connection) {
        if (!(connection instanceof UnixChannel)) {
            return Optional.empty();
        }
        boolean kqueue = connection instanceof KQueueSocketChannel || connection instanceof KQueueServerSocketChannel;
        return Optional.ofNullable(kqueue ? macOs : linux);
    }

    /** The options of Java's own sockets, including those beyond {@link java.net.StandardSocketOptions}. */
    private static final class JavaOptions {
        static final Map<String, SocketOption<?>> BY_NAME = byName();

        private JavaOptions() {}

        private static Map<String, SocketOption<?>> byName() {
            try (SocketChannel any = SocketChannel.open()) {
                return any.supportedOptions().stream().collect(Collectors.toMap(SocketOption::name, option -> option));
            } catch (IOException e) {
                throw new ChannelException(e);
            }
        }
    }
}
