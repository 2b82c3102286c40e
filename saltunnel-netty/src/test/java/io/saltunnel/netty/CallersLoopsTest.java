package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.saltunnel.netty.internal.transport.CallersLoops;
import io.saltunnel.netty.internal.transport.SocketTransport;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Goal: a tunnel on the caller's event loops works as on its own, or says at its start why it can't. */
@Timeout(60)
class CallersLoopsTest {
    private static final ThreadFactory THREADS = new DefaultThreadFactory("callers");
    private static final int ANSWER_BYTES = 30 << 20;

    private final List<EventLoopGroup> groups = new ArrayList<>();

    @AfterEach
    void endLoops() throws InterruptedException {
        for (EventLoopGroup group : groups) {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        }
    }

    private <G extends EventLoopGroup> G owned(G group) {
        groups.add(group);
        return group;
    }

    /** With Netty's own handler for epoll, every such connection was reset. */
    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "NIO", "IO_URING", "AUTO"})
    void aLongAnswerReachesAnApplicationThatHasEndedItsStream(Transport transport) throws Exception {
        IoEventLoopGroup loops = owned(transport.newEventLoops(2, THREADS));
        try (LoopbackTunnel tunnel =
                LoopbackTunnel.with(client -> client.eventLoops(loops), server -> server.eventLoops(loops))) {
            for (int i = 0; i < 4; i++) {
                try (Socket application = tunnel.connect();
                        Socket target = tunnel.accept()) {
                    application.getOutputStream().write(new byte[100]);
                    application.shutdownOutput();
                    assertThat(target.getInputStream().readAllBytes()).hasSize(100);
                    CompletableFuture<Void> answer = CompletableFuture.runAsync(() -> answer(target));
                    assertThat(application.getInputStream().transferTo(OutputStream.nullOutputStream()))
                            .isEqualTo(ANSWER_BYTES);
                    answer.join();
                }
            }
        }
    }

    private static void answer(Socket socket) {
        try {
            socket.getOutputStream().write(new byte[ANSWER_BYTES]);
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "NIO", "IO_URING", "AUTO"})
    void theGroupTellsTheTransport(Transport transport) {
        IoEventLoopGroup loops = owned(transport.newEventLoops(1, THREADS));
        assertThat(CallersLoops.transport(loops, null)).isEqualTo(transport.sockets());
        assertThat(CallersLoops.transport(loops.next(), transport.sockets())).isEqualTo(transport.sockets());
    }

    @Test
    @SuppressWarnings("deprecation") // programs still use these
    void takesNettysOwnLoopsWhereTheyDoNoHarm() {
        assertThat(Transport.IO_URING.isAvailable()).isTrue(); // which tells Netty how to poll
        for (Supplier<EventLoopGroup> group : List.<Supplier<EventLoopGroup>>of(
                () -> new NioEventLoopGroup(1), () -> new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()))) {
            assertThat(CallersLoops.transport(owned(group.get()), null)).isEqualTo(SocketTransport.NIO);
        }
        EventLoopGroup uring = owned(new MultiThreadIoEventLoopGroup(1, IoUringIoHandler.newFactory()));
        assertThat(CallersLoops.transport(uring, null)).isEqualTo(SocketTransport.IO_URING);
    }

    @Test
    @SuppressWarnings("deprecation") // programs still use these
    void refusesNettysOwnEpollLoops() {
        for (Supplier<EventLoopGroup> group : List.<Supplier<EventLoopGroup>>of(
                () -> new EpollEventLoopGroup(1),
                () -> new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory()))) {
            EventLoopGroup loops = owned(group.get());
            for (Transport asked : List.of(Transport.AUTO, Transport.EPOLL)) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> start(loops, asked))
                        .withMessageContaining("half-closed")
                        .withMessageContaining("Transport.EPOLL.newEventLoops");
            }
        }
    }

    @Test
    void refusesLoopsOfAnotherTransportThanTheOneAskedFor() {
        IoEventLoopGroup loops = owned(Transport.NIO.newEventLoops(1, THREADS));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> start(loops, Transport.EPOLL))
                .withMessage("the event loops drive nio, not the transport epoll that was asked for; ask for none, or"
                        + " make the loops with Transport.EPOLL.newEventLoops");
    }

    @Test
    @SuppressWarnings("deprecation") // programs still use these
    void refusesLoopsWithoutSockets() {
        for (Supplier<EventLoopGroup> group : List.<Supplier<EventLoopGroup>>of(
                () -> new DefaultEventLoopGroup(1),
                () -> new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory()))) {
            EventLoopGroup loops = owned(group.get());
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> start(loops, Transport.AUTO))
                    .withMessageContaining("drive no TCP sockets")
                    .withMessageContaining("Transport.AUTO.newEventLoops");
        }
    }

    @Test
    void needsAThreadOrMore() {
        assertThatIllegalArgumentException().isThrownBy(() -> Transport.NIO.newEventLoops(0, THREADS));
    }

    private static void start(EventLoopGroup loops, Transport asked) throws IOException {
        LoopbackTunnel.with(client -> client.eventLoops(loops).transport(asked), server -> server)
                .close();
    }
}
