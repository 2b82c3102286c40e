package io.saltunnel.cli.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.saltunnel.netty.address.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Attempts whose outcomes the test decides: a channel stands for each address. */
class AddressRaceTest {

    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = loops.next();
    private final Map<String, Channel> begun = new ConcurrentHashMap<>();
    private final CountDownLatch never = new CountDownLatch(1);
    private final Lookups lookups = new Lookups(this::resolve);

    @AfterEach
    void close() {
        never.countDown();
        lookups.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private InetAddress[] resolve(String name) throws UnknownHostException {
        switch (name) {
            case "slow" -> {
                await(never);
                throw new UnknownHostException(name);
            }
            case "two" -> {
                return new InetAddress[] {InetAddress.getByName("192.0.2.1"), InetAddress.getByName("192.0.2.2")};
            }
            default -> throw new UnknownHostException(name);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void anAddressThatNeverAnswersDoesNotHoldUpTheNext() throws Exception {
        Future<Channel> race = race("192.0.2.1:1", "192.0.2.9:1").await();
        assertThat(race.getNow()).isSameAs(begun("/192.0.2.9:1"));
        awaitClosed("/192.0.2.1:1");
        assertThat(race.getNow().isOpen()).isTrue();
    }

    @Test
    void noAddressOfANameHoldsUpTheNextServer() throws Exception {
        Future<Channel> race = race("two:1", "192.0.2.9:1").await();
        assertThat(race.getNow()).isSameAs(begun("/192.0.2.9:1"));
        assertThat(begun).containsKeys("/192.0.2.1:1", "/192.0.2.2:1");
    }

    @Test
    void aLookUpThatNeverEndsDoesNotHoldUpTheNextServer() throws Exception {
        assertThat(race("slow:1", "192.0.2.9:1").await().getNow()).isSameAs(begun("/192.0.2.9:1"));
    }

    @Test
    void ifAllFailTheReasonsAreGiven() throws Exception {
        Future<Channel> race = race("nowhere:1", "198.51.100.1:1").await();
        assertThat(race.cause())
                .isInstanceOf(IOException.class)
                .hasMessage("nowhere:1: the name does not resolve; 198.51.100.1:1: connection refused");
        assertThat(race("198.51.100.1:1").await().cause()).hasMessage("connection refused");
    }

    @Test
    void whatWasCancelledClosesItsConnections() throws Exception {
        Future<Channel> race = race("192.0.2.1:1");
        loop.submit(() -> race.cancel(false)).await();
        awaitClosed("/192.0.2.1:1");
    }

    private void awaitClosed(String address) {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        begun(address).closeFuture().addListener(done -> closed.complete(null));
        closed.join();
    }

    private Channel begun(String address) {
        return Objects.requireNonNull(begun.get(address), address);
    }

    private Future<Channel> race(String... servers) {
        List<Endpoint> endpoints = Stream.of(servers).map(Endpoint::parse).toList();
        CompletableFuture<Future<Channel>> race = new CompletableFuture<>();
        loop.execute(() -> race.complete(AddressRace.run(loop, lookups, endpoints, this::attempt)));
        return race.join();
    }

    /** Addresses that end with 9 answer, those in 198.51.100.0/24 refuse, the others do nothing. */
    private AddressRace.Attempt attempt(SocketAddress address) {
        Channel channel = new EmbeddedChannel();
        begun.put(address.toString(), channel);
        Promise<Void> outcome = loop.newPromise();
        if (address.toString().contains(".9:")) {
            outcome.setSuccess(null);
        } else if (address.toString().contains("198.51.100.")) {
            outcome.setFailure(new IOException("Connection refused: " + address));
        }
        return new AddressRace.Attempt(channel, outcome);
    }
}
