package io.saltunnel.netty.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.kqueue.KQueueSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import org.junit.jupiter.api.Test;

/** The names of Netty's classes are right; no compiler checks them. */
class ReadHabitTest {

    @Test
    void knowsTheTransportsThatReadUnasked() {
        assertThat(ReadHabit.of(EpollSocketChannel.class)).isEqualTo(ReadHabit.UNTIL_REFUSED);
        assertThat(ReadHabit.of(IoUringSocketChannel.class)).isEqualTo(ReadHabit.AFTER_THE_FIRST_UNTIL_REFUSED);
    }

    @Test
    void knowsThoseThatWait() {
        assertThat(ReadHabit.of(NioSocketChannel.class)).isEqualTo(ReadHabit.WHEN_ASKED);
        assertThat(ReadHabit.of(KQueueSocketChannel.class)).isEqualTo(ReadHabit.WHEN_ASKED);
        assertThat(ReadHabit.of(EmbeddedChannel.class)).isEqualTo(ReadHabit.WHEN_ASKED);
    }
}
