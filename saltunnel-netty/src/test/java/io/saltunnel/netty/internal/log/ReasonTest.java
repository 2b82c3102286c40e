package io.saltunnel.netty.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReasonTest {
    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new NotYetConnectedException(), "the connection was closed"),
                Arguments.of(new ClosedChannelException(), "the connection was closed"),
                Arguments.of(new SocketException("Connection reset"), "connection reset by the peer"),
                Arguments.of(
                        new IOException("recv(..) failed with error(-104): Connection reset by peer"),
                        "connection reset by the peer"),
                Arguments.of(new IOException("Broken pipe"), "connection reset by the peer"),
                Arguments.of(new ConnectException("Connection refused: /127.0.0.1:80"), "connection refused"),
                Arguments.of(
                        new ConnectException("connect(..) failed with error(-101): Network is unreachable: /[::1]:80"),
                        "network is unreachable"),
                Arguments.of(new NoRouteToHostException("No route to host: h/192.0.2.1:80"), "no route to host"),
                Arguments.of(new UnsupportedAddressTypeException(), "this machine has no IPv6"),
                Arguments.of(new FileNotFoundException(), "no such file or directory"),
                Arguments.of(
                        new ChannelException(new IOException("Address family not supported by protocol")),
                        "this machine has no IPv6"),
                Arguments.of(new IOException("more than 1000 bytes"), "more than 1000 bytes"),
                Arguments.of(new IllegalStateException("State: \"odd\"\n"), "State: 'odd'?"),
                Arguments.of(new IllegalStateException(), "illegal state"),
                Arguments.of(new UnknownHostException("example.org"), "the name does not resolve"),
                Arguments.of(new NoSuchFileException("/run/app.sock"), "no such file or directory"),
                Arguments.of(new AccessDeniedException("/run/app.sock"), "permission denied"),
                Arguments.of(new FileSystemException("/a", null, "Read-only file system"), "read-only file system"),
                Arguments.of(new FileSystemException("/a"), "the system doesn't say why"),
                Arguments.of(new IOException(), "the system doesn't say why"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void saysItInPlainWords(Exception failure, String words) {
        assertThat(Reason.of(failure)).isEqualTo(words);
    }
}
