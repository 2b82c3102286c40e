package io.saltunnel.netty.internal.transport;

import io.netty.channel.Channel;

/**
 * When a transport reads. Identifies transports by the names of their classes, because those of epoll and io_uring may
 * be missing from the program. Any thread.
 */
enum ReadHabit {
    /** Reads once for each {@code read()}. */
    WHEN_ASKED,
    /** Epoll: keeps reading after a FIN, but no read begins if its buffer is refused. */
    UNTIL_REFUSED,
    /** io_uring: keeps reading after a FIN. The first of several reads begins even if its buffer is refused. */
    AFTER_THE_FIRST_UNTIL_REFUSED;

    static ReadHabit of(Class<? extends Channel> channel) {
        for (Class<?> type = channel; type != null; type = type.getSuperclass()) {
            ReadHabit habit = switch (type.getName()) {
                case "io.netty.channel.epoll.EpollSocketChannel", "io.netty.channel.epoll.EpollDomainSocketChannel" ->
                    UNTIL_REFUSED;
                case "io.netty.channel.uring.IoUringSocketChannel" -> AFTER_THE_FIRST_UNTIL_REFUSED;
                default -> WHEN_ASKED;
            };
            if (habit != WHEN_ASKED) {
                return habit;
            }
        }
        return WHEN_ASKED;
    }
}
