package io.saltunnel.cli.probe;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.HostAndPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tries the addresses of one or more servers in order. The next attempt begins when one fails, or {@link #STAGGER}
 * after the previous one began. An address that drops packets therefore delays the others only by a moment. The first
 * attempt to succeed wins, and the connections of the others are closed. Event loop only.
 */
public final class AddressRace {

    /** The same delay as between a tunnel's attempts at the addresses of one server (see RFC 8305, section 5). */
    private static final Duration STAGGER = Duration.ofMillis(250);

    /**
     * An attempt that has begun.
     *
     * @param channel its connection; closed by the race unless the attempt wins
     * @param outcome completes on the event loop
     */
    public record Attempt(Channel channel, Future<?> outcome) {}

    /** The steps that are left, in order: looking up the addresses of a server, or trying one address. */
    private final Deque<Runnable> untried = new ArrayDeque<>();

    private final List<Channel> connections = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private final Lookups lookups;
    private final Function<SocketAddress, Attempt> attempts;
    private final EventLoop loop;
    private final Promise<Channel> winner;
    private final boolean oneServer;
    private @Nullable Future<?> stagger;
    private int underWay;

    private AddressRace(EventLoop loop, Lookups lookups, boolean oneServer, Function<SocketAddress, Attempt> attempts) {
        this.loop = loop;
        this.lookups = lookups;
        this.oneServer = oneServer;
        this.attempts = attempts;
        this.winner = loop.newPromise();
    }

    /**
     * Starts a race.
     *
     * @param loop runs the race; call this on its thread
     * @param lookups used for names; borrowed
     * @param servers one or more, the preferred one first
     * @param attempts begins an attempt at an address
     * @return the connection that won, owned by the caller. Fails with an {@link IOException} whose message has all
     *     reasons in one line. Cancelling it ends the attempts
     */
    public static Future<Channel> run(
            EventLoop loop, Lookups lookups, List<Endpoint> servers, Function<SocketAddress, Attempt> attempts) {
        AddressRace race = new AddressRace(loop, lookups, servers.size() == 1, attempts);
        servers.forEach(server -> race.untried.add(() -> race.lookUp(server)));
        race.winner.addListener(done -> race.stop());
        race.next();
        return race.winner;
    }

    private void next() {
        if (stagger != null) {
            stagger.cancel(false);
        }
        if (winner.isDone()) {
            return;
        }
        Runnable step = untried.poll();
        if (step != null) {
            underWay++;
            stagger = loop.schedule(this::next, STAGGER.toMillis(), TimeUnit.MILLISECONDS);
            step.run();
        } else if (underWay == 0) {
            winner.tryFailure(new IOException(faults.isEmpty() ? "it has no address" : String.join("; ", faults)));
        }
    }

    private void lookUp(Endpoint server) {
        lookups.of(server)
                .whenComplete((addresses, cause) -> onLoop(() -> {
                    underWay--;
                    if (cause != null) {
                        faults.add(oneServer ? reasonOf(cause) : server + ": " + reasonOf(cause));
                    } else {
                        boolean plain = oneServer && addresses.size() == 1;
                        for (int i = addresses.size() - 1; i >= 0; i--) {
                            SocketAddress address = addresses.get(i);
                            untried.addFirst(() -> attempt(address, plain ? "" : name(server, address) + ": "));
                        }
                    }
                    next();
                }));
    }

    private void onLoop(Runnable step) {
        if (loop.inEventLoop()) {
            step.run();
            return;
        }
        try {
            loop.execute(step);
        } catch (RejectedExecutionException e) {
            // The loop has ended, and with it the race.
        }
    }

    private void attempt(SocketAddress address, String prefix) {
        Attempt attempt;
        try {
            attempt = attempts.apply(address);
        } catch (RuntimeException e) { // no file descriptor is left
            failed(prefix, e);
            return;
        }
        connections.add(attempt.channel());
        attempt.outcome().addListener(outcome -> {
            if (!outcome.isSuccess()) {
                failed(prefix, outcome.cause());
            } else if (!winner.trySuccess(attempt.channel())) {
                attempt.channel().close();
            }
        });
    }

    private void failed(String prefix, Throwable cause) {
        underWay--;
        faults.add(prefix + reasonOf(cause));
        next();
    }

    private void stop() {
        if (stagger != null) {
            stagger.cancel(false);
        }
        untried.clear();
        Channel won = winner.isSuccess() ? winner.getNow() : null;
        connections.stream().filter(connection -> connection != won).forEach(Channel::close);
    }

    private static String name(Endpoint server, SocketAddress address) {
        return address instanceof InetSocketAddress inet ? HostAndPort.of(inet).toString() : server.toString();
    }

    /** The reason in one line, without the address that Netty adds. */
    private static String reasonOf(Throwable cause) {
        if (cause instanceof UnknownHostException) {
            return "the name does not resolve";
        }
        String message = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
        String plain = message.replaceFirst(": [^ ]*/[^ ]*:\\d+$", "");
        return plain.isEmpty() ? plain : Character.toLowerCase(plain.charAt(0)) + plain.substring(1);
    }
}
