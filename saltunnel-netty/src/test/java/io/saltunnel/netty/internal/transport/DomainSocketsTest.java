package io.saltunnel.netty.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saltunnel.netty.Transport;
import org.junit.jupiter.api.Test;

class DomainSocketsTest {
    @Test
    void areFoundByTheTransportsName() {
        assertThat(DomainSockets.of(Transport.EPOLL.toString())).isEqualTo(DomainSockets.EPOLL);
        assertThat(DomainSockets.of(Transport.KQUEUE.toString())).isEqualTo(DomainSockets.KQUEUE);
        assertThat(DomainSockets.of(Transport.NIO.toString())).isEqualTo(DomainSockets.NIO);
    }

    @Test
    void areMissedWithAWayOut() {
        assertThatThrownBy(() -> DomainSockets.of(Transport.IO_URING.toString()))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("the transport io_uring has no UNIX domain sockets that can be half-closed:"
                        + " choose another one, such as auto or nio");
    }
}
