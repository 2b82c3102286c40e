package io.saltunnel.netty.internal.connect;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.saltunnel.netty.HostAndPort;
import io.saltunnel.netty.internal.abort.Abort;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection's attempts at all addresses of its target, in their order: the next begins when one fails, or has taken {@link #STAGGER} (after RFC 8305, section 5). The first to succeed wins, and the others
 * are closed. Everything happens on one event loop.
 */
final class ConnectAttempts {
    private static final Duration STAGGER = Duration.ofMillis(250);

    private final HostAndPort target;
    private final Bootstrap bootstrap;
    private final EventLoop loop;
    private final Promise<Channel> result;
    private final Queue<InetAddress> untried = new ArrayDeque<>();
    private final List<ChannelFuture> underWay = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private @Nullable Future<?> stagger;

    ConnectAttempts(HostAndPort target, Bootstrap bootstrap, EventLoop loop, @Nullable Duration timeout) {
        this.target = target;
        this.bootstrap = bootstrap;
        this.loop = loop;
        this.result = loop.newPromise();
        Future<?> timer = timeout == null
                ? null
                : loop.schedule(() -> timedOut(timeout), timeout.toMillis(), TimeUnit.MILLISECONDS);
        result.addListener(done -> {
            if (timer != null) {
                timer.cancel(false);
            }
            stop();
        });
    }

    Future<Channel> result() {
        return result;
    }

    void start(List<InetAddress> addresses) {
        untried.addAll(addresses);
        tryNext();
    }

    void unresolved(Throwable cause) {
        fail(cause instanceof UnknownHostException ? "the name does not resolve" : "no name was looked up: " + cause);
    }

    private void timedOut(Duration timeout) {
        fail("no connection within " + timeout.toMillis() / 1000.0 + " s");
    }

    private void fail(String why) {
        result.tryFailure(new ConnectFailedException("can't connect to " + target + ": " + why));
    }

    private void tryNext() {
        InetAddress address = untried.poll();
        if (address == null || result.isDone()) {
            return;
        }
        InetSocketAddress socketAddress = new InetSocketAddress(address, target.port());
        ChannelFuture attempt = bootstrap.connect(socketAddress);
        underWay.add(attempt);
        if (!untried.isEmpty()) {
            stagger = loop.schedule(this::tryNext, STAGGER.toMillis(), TimeUnit.MILLISECONDS);
        }
        attempt.addListener((ChannelFuture connected) -> {
            if (loop.inEventLoop()) {
                ended(connected, socketAddress);
            } else { // a channel that could not even be made (no file descriptor is left) has no loop, and fails
                // elsewhere
                loop.execute(() -> ended(connected, socketAddress));
            }
        });
    }

    private void ended(ChannelFuture attempt, InetSocketAddress address) {
        underWay.remove(attempt);
        if (attempt.isSuccess()) {
            if (!result.trySuccess(attempt.channel())) {
                Abort.reset(attempt.channel()); // FIN alone would leave a server waiting for a hello
            }
            return;
        }
        failures.add(reason(attempt.cause(), address));
        if (stagger != null) {
            stagger.cancel(false);
        }
        if (!untried.isEmpty()) {
            tryNext();
        } else if (underWay.isEmpty()) {
            fail(String.join("; ", failures));
        }
    }

    /** What the system said, with the numeric address where the name alone would not tell which it was. */
    private String reason(@Nullable Throwable cause, InetSocketAddress address) {
        String text;
        if (cause instanceof NoRouteToHostException) {
            text = "no route to host";
        } else if (cause instanceof ConnectException
                && String.valueOf(cause.getMessage()).contains("refused")) {
            text = "connection refused";
        } else {
            text = String.valueOf(cause == null ? null : cause.getMessage());
        }
        return target.numericAddress().isPresent() ? text : HostAndPort.of(address) + ": " + text;
    }

    private void stop() {
        if (stagger != null) {
            stagger.cancel(false);
        }
        for (ChannelFuture attempt : List.copyOf(underWay)) {
            Abort.reset(attempt.channel());
        }
    }
}
