package io.saltunnel.netty.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import io.saltunnel.netty.address.InheritedSocket;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class InheritedSocketsTest {

    private static final InheritedSocket WEB = new InheritedSocket("web");

    @Test
    void withoutAServiceManagerThereAreNone() {
        assertThatThrownBy(() -> InheritedSockets.of(Map.of(), 7).find(WEB))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "can't listen on systemd:web: no service manager has passed sockets to this process: start it"
                                + " by its socket unit, or name an address");
    }

    @Test
    void socketsOfAnotherProcessDontCount() {
        assertThatThrownBy(() -> InheritedSockets.of(
                                Map.of("LISTEN_PID", "8", "LISTEN_FDS", "1", "LISTEN_FDNAMES", "web"), 7)
                        .find(WEB))
                .hasMessageContaining("no service manager");
    }

    @Test
    void aNameThatIsMissingIsToldWithThoseThatThereAre() {
        for (String prefix : new String[] {"", "SALTUNNEL_"}) {
            assertThatThrownBy(() -> InheritedSockets.of(
                                    Map.of(
                                            prefix + "LISTEN_PID",
                                            "7",
                                            prefix + "LISTEN_FDS",
                                            "3",
                                            prefix + "LISTEN_FDNAMES",
                                            "metrics:admin:"),
                                    7)
                            .find(WEB))
                    .hasMessageEndingWith("which are named admin, metrics, unknown");
        }
    }

    @Test
    void aNumberThatIsNoneCountsAsNoSocket() {
        for (String count : new String[] {"", "x", "-1"}) {
            assertThatThrownBy(() -> InheritedSockets.of(Map.of("LISTEN_PID", "7", "LISTEN_FDS", count), 7)
                            .find(WEB))
                    .hasMessageContaining("no service manager");
        }
    }

    @Test
    void aNameOfSeveralSocketsIsRefused() {
        assertThatThrownBy(() -> new InheritedSockets(Map.of(3, "web", 4, "web")).find(WEB))
                .hasMessageContaining("2 sockets have this name")
                .hasMessageContaining("FileDescriptorName");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aDescriptorThatDoesntListenIsRefused() throws Exception {
        Epoll.ensureAvailability(); // loads the native library
        Socket bound = Socket.newSocketStream();
        try {
            InheritedSockets sockets = new InheritedSockets(Map.of(bound.intValue(), "web"));
            assertThatThrownBy(() -> sockets.find(WEB))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("descriptor " + bound.intValue() + " is no listening stream socket");
            bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            bound.listen(1);
            assertThat(sockets.find(WEB)).isEqualTo(bound.intValue());
        } finally {
            bound.close();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void oneTunnelAtATimeHasASocket() throws Exception {
        Epoll.ensureAvailability();
        Socket listening = Socket.newSocketStream();
        try {
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            listening.listen(1);
            int descriptor = listening.intValue();
            InheritedSockets sockets = new InheritedSockets(Map.of(descriptor, "web"));
            FileDescriptor first = new FileDescriptor(sockets.claim(WEB, descriptor));
            assertThatThrownBy(() -> sockets.claim(WEB, descriptor))
                    .isInstanceOf(BindException.class)
                    .hasMessage("can't listen on systemd:web: another tunnel of this process does");
            first.close();
            sockets.release(descriptor);
            FileDescriptor second = new FileDescriptor(sockets.claim(WEB, descriptor));
            assertThat(new Socket(second.intValue()).localAddress()).isEqualTo(listening.localAddress());
            second.close();
        } finally {
            listening.close();
        }
    }

    @Test
    void aTransportThatCantTakeASocketOverSaysWhichOneCan() {
        for (SocketTransport transport :
                new SocketTransport[] {SocketTransport.NIO, SocketTransport.IO_URING, SocketTransport.KQUEUE}) {
            assertThatThrownBy(() -> new InheritedListening(WEB, transport))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("the transport " + transport + " can't listen on systemd:web")
                    .hasMessageContaining("choose epoll");
        }
    }
}
