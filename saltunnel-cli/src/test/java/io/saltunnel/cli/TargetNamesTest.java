package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.netty.address.Endpoint;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetNamesTest {

    private final List<String> lookedUp = new ArrayList<>();

    @Test
    void aNameThatDoesNotResolveIsToldWithWhatToDo() {
        assertThat(TargetNames.warning(Endpoint.parse("web.invalid:80"), host -> {
                    throw new UnknownHostException(host);
                }))
                .contains(
                        "the name web.invalid does not resolve: connections will fail until it does; check its spelling"
                                + " and this machine's DNS");
    }

    @Test
    void aNameThatResolvesIsNoReasonToWarn() {
        assertThat(TargetNames.warning(Endpoint.parse("web.example:80"), this::loopback))
                .isEmpty();
        assertThat(lookedUp).containsExactly("web.example");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:80", "[::1]:80", "[fe80::1%nowhere]:80", "unix:/run/app.sock"})
    void otherAddressesAreNotLookedUp(String address) {
        assertThat(TargetNames.warning(Endpoint.parse(address), this::loopback)).isEmpty();
        assertThat(lookedUp).isEmpty();
    }

    private InetAddress[] loopback(String host) {
        lookedUp.add(host);
        return new InetAddress[] {InetAddress.getLoopbackAddress()};
    }
}
