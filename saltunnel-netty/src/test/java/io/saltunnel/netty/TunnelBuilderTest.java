package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.internal.admission.FileBudget;
import io.saltunnel.netty.internal.link.ClientSide;
import io.saltunnel.netty.internal.link.ServerSide;
import io.saltunnel.netty.internal.log.Seconds;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The values that a builder accepts and refuses, at their bounds. */
class TunnelBuilderTest {
    private static final HostAndPort ANY_PORT = HostAndPort.parse("127.0.0.1:0");
    private static final HostAndPort ELSEWHERE = HostAndPort.parse("127.0.0.1:9");
    private static final Duration LONGEST = Duration.ofDays(365);

    private final SecretMemory memory = SecretMemory.create();
    private final LongTermKey key = LongTermKey.random(RandomSource.system(), memory);

    @AfterEach
    void leavesNothing() {
        key.close();
        assertThat(memory.liveSecrets()).isZero();
        memory.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT-1S", "PT0S", "PT0.000999999S", "P365DT0.000000001S", "PT2562047788015215H"})
    void refusesATimeoutOutOfBounds(Duration timeout) {
        ServerBuilder server = Tunnel.server(key);
        for (Function<Duration, ?> option : List.<Function<Duration, ?>>of(
                server::connectTimeout,
                server::handshakeTimeout,
                server::idleTimeout,
                SaltunnelSettings.defaults()::withHandshakeTimeout)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> option.apply(timeout))
                    .withMessageContaining("from 1 ms to 365 days, not " + Seconds.of(timeout));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0.999S", "PT0S", "P24DT0.001S"})
    void refusesAUserTimeoutOutOfBounds(Duration timeout) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tunnel.server(key).userTimeout(timeout))
                .withMessageContaining("from 1 s to 24 days, not " + Seconds.of(timeout));
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, PT1S, 1",
        "PT1.5S, PT1S, 1",
        "PT32768S, PT1S, 1",
        "PT1S, PT0S, 1",
        "PT1S, PT1S, 0",
        "PT1S, PT1S, 128"
    })
    void refusesKeepAlivesOutOfBounds(Duration idle, Duration interval, int probes) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tunnel.server(key).keepAlive(idle, interval, probes))
                .withMessageContaining("keepalive");
    }

    @Test
    void refusesNumbersThatAreTooSmall() {
        ServerBuilder server = Tunnel.server(key);
        for (Function<Integer, ?> option : List.<Function<Integer, ?>>of(
                server::maxConnections,
                server::maxUnauthenticated,
                server::bandwidthPerConnection,
                server::bandwidthPerTunnel)) {
            assertThatIllegalArgumentException().isThrownBy(() -> option.apply(0));
            assertThat(option.apply(1)).isSameAs(server);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> server.bufferMemory((1 << 20) - 1));
        assertThat(server.bufferMemory(1 << 20)).isSameAs(server);
    }

    @ParameterizedTest
    @ValueSource(strings = {":80", "127.0.0.1:0"})
    void refusesWhatCanNotBeConnectedTo(String address) {
        HostAndPort nowhere = HostAndPort.parse(address);
        assertThatIllegalArgumentException().isThrownBy(() -> Tunnel.server(key).target(nowhere));
        assertThatIllegalArgumentException().isThrownBy(() -> Tunnel.client(key).server(nowhere));
    }

    @Test
    void aHandshakeHasTenSecondsOnAClientAndThirtyOrMoreOnAServer() {
        assertThat(ClientSide.of(Tunnel.client(key).settings, new FileBudget().newShare())
                        .handshakeTimeout())
                .isEqualTo(Duration.ofSeconds(10));
        assertThat(ServerSide.of(Tunnel.server(key).settings, 1, new FileBudget().newShare())
                        .handshakeTimeout())
                .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(60));
    }

    @Test
    void needsAddresses() {
        ClientBuilder withoutServer = Tunnel.client(key).listen(ANY_PORT);
        ServerBuilder withoutListener = Tunnel.server(key).target(ELSEWHERE);
        assertThatIllegalStateException().isThrownBy(withoutServer::start);
        assertThatIllegalStateException().isThrownBy(withoutListener::start);
    }

    @Test
    void aServerNeedsAnOpenKey() {
        key.close();
        ServerBuilder server = Tunnel.server(key).listen(ANY_PORT).target(ELSEWHERE);
        assertThatIllegalStateException().isThrownBy(server::start).withMessageContaining("closed");
    }

    @Test
    void refusesATransportOfAnotherSystem() {
        Transport elsewhere = Stream.of(Transport.EPOLL, Transport.KQUEUE)
                .filter(transport -> !transport.isAvailable())
                .findAny()
                .orElseThrow();
        ClientBuilder client =
                Tunnel.client(key).transport(elsewhere).listen(ANY_PORT).server(ELSEWHERE);
        assertThatThrownBy(client::start).isInstanceOf(UnsupportedOperationException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "nosuch.invalid:80, the name does not resolve",
        "[fe80::1%nosuch]:80, this machine has no such interface"
    })
    void saysWhichNameToListenOnIsUnknown(String listen, String why) {
        for (Transport transport : List.of(Transport.NIO, Transport.AUTO)) {
            CompletableFuture<Tunnel> started = Tunnel.client(key)
                    .transport(transport)
                    .listen(HostAndPort.parse(listen))
                    .server(ELSEWHERE)
                    .start();
            assertThatThrownBy(() -> started.get(30, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(UnknownHostException.class)
                    .hasRootCauseMessage("can't listen on " + listen + ": " + why);
        }
    }

    @Test
    void theLongestTimeoutsWork() throws Exception {
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(this::patient, this::patient);
                Socket application = tunnel.connect();
                Socket target = tunnel.accept()) {
            LoopbackTunnel.echo(application, target);
        }
    }

    private <B extends TunnelBuilder<B>> B patient(B builder) {
        return builder.connectTimeout(LONGEST).handshakeTimeout(LONGEST).idleTimeout(LONGEST);
    }

    @Test
    void aGraceTimeMayBeOfAnyLength() throws Exception {
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(client -> client, server -> server)) {
            CompletableFuture<Void> stopped;
            try (Socket application = tunnel.connect();
                    Socket target = tunnel.accept()) {
                LoopbackTunnel.echo(application, target);
                stopped = tunnel.client.stop(ChronoUnit.FOREVER.getDuration());
                LoopbackTunnel.echo(application, target);
                assertThat(stopped).isNotDone();
            }
            stopped.get(10, TimeUnit.SECONDS);
            assertThat(tunnel.client.boundPort()).isPositive();
        }
    }
}
