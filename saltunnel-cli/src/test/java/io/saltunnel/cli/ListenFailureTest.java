package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.netty.address.HostAndPort;
import java.io.IOException;
import java.net.BindException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ListenFailureTest {

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(8080, new BindException("Address already in use"), "the port is in use"),
                Arguments.of(
                        8080,
                        new IOException("bind(..) failed with error(-98): Address already in use"),
                        "the port is in use"),
                Arguments.of(
                        80,
                        new SocketException("Permission denied"),
                        "permission denied (ports below 1024 are for privileged processes)"),
                Arguments.of(
                        8080,
                        new IOException("bind(..) failed with error(-13): Permission denied"),
                        "permission denied"),
                Arguments.of(
                        8080,
                        new BindException("Cannot assign requested address"),
                        "this machine doesn't have the address"),
                Arguments.of(8080, new UnknownHostException("h"), "no such host"),
                Arguments.of(8080, new UnresolvedAddressException(), "no such host"),
                Arguments.of(8080, new UnsupportedAddressTypeException(), "this machine has no IPv6"),
                Arguments.of(
                        8080,
                        new IOException("socket(..) failed with error(-97): Address family not supported by protocol"),
                        "this machine has no IPv6"),
                Arguments.of(8080, new IllegalStateException(), "the system doesn't say why"),
                Arguments.of(
                        8080, new IOException("bind(..) failed with error(-22): Invalid argument"), "Invalid argument"),
                Arguments.of(8080, new IOException("something new"), "something new"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void saysWhyInOneLine(int port, Exception cause, String reason) {
        assertThat(ListenFailure.at(new HostAndPort("h", port), cause))
                .isEqualTo("cannot listen on h:" + port + ": " + reason);
    }
}
