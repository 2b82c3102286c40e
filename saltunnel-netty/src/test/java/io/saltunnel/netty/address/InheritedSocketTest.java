package io.saltunnel.netty.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InheritedSocketTest {

    @ParameterizedTest
    @ValueSource(strings = {"web", "saltunnel.socket", "80th", "a b", "x@1"})
    void aNameIsReadAndWritten(String name) {
        assertThat(Endpoint.parse("systemd:" + name))
                .isEqualTo(new InheritedSocket(name))
                .hasToString("systemd:" + name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"systemd:80", "systemd:99999999", "systemd:", "systemd://web"})
    void aPortAfterItIsThatOfAHost(String text) {
        try {
            assertThat(Endpoint.parse(text)).isEqualTo(new HostAndPort("systemd", 80));
        } catch (IllegalArgumentException e) {
            assertThat(text).isNotEqualTo("systemd:80");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a:b", "tab\t", "ü", "line\n"})
    void aNameThatSystemdRefusesIsRefused(String name) {
        assertThatThrownBy(() -> Endpoint.parse("systemd:" + name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("can't be the name of a socket of systemd");
    }

    @Test
    void aNameHasAMaximumLength() {
        assertThat(new InheritedSocket("x".repeat(255)).name()).hasSize(255);
        assertThatThrownBy(() -> new InheritedSocket("x".repeat(256))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void itsAddressIsNotKnown() {
        assertThatThrownBy(new InheritedSocket("web")::toSocketAddress)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("systemd:web");
    }
}
