package io.saltunnel.netty.internal.connect;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.internal.abort.Abort;
import io.saltunnel.netty.internal.deadline.Deadline;
import io.saltunnel.netty.internal.log.Reason;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection's attempts at all addresses of its target, in order. The next attempt begins when one fails, or {@link
 * #STAGGER} after the previous one began (see RFC 8305, section 5). The first to succeed wins, and the others are
 * closed. Event loop only.
 */
final class ConnectAttempts {
    private static final Duration STAGGER = Duration.ofMillis(250);

    /** The system's message if a UNIX domain socket can't queue more connections. */
    private static final String BUSY = "resource temporarily unavailable";

    private static final long FIRST_PAUSE_MILLIS = 4;
    private static final long LONGEST_PAUSE_MILLIS = 250;

    /** All attempts together take about ten seconds, unless a time-out ends them earlier. */
    private static final int MOST_REFUSALS = 46;

    private final Endpoint target;
    private final Supplier<? extends Channel> sockets;
    private final EventLoop loop;
    private final Runnable begun;
    private final Promise<Channel> result;
    private final List<Channel> underWay = new ArrayList<>(1);
    private final List<String> failures = new ArrayList<>(0);
    private Iterator<? extends SocketAddress> untried = Collections.emptyIterator();
    private @Nullable Future<?> stagger;
    private int refusals;

    ConnectAttempts(
            Endpoint target,
            Supplier<? extends Channel> sockets,
            EventLoop loop,
            @Nullable Duration timeout,
            Runnable begun) {
        this.target = target;
        this.sockets = sockets;
        this.loop = loop;
        this.begun = begun;
        this.result = loop.newPromise();
        Deadline deadline = timeout == null ? null : Deadline.in(loop, timeout, () -> timedOut(timeout));
        result.addListener(done -> {
            if (deadline != null) {
                deadline.callOff();
            }
            begun.run();
            stop();
        });
    }

    Future<Channel> result() {
        return result;
    }

    void start(List<? extends SocketAddress> addresses) {
        untried = addresses.iterator();
        tryNext();
    }

    void unresolved(Throwable cause) {
        fail(cause instanceof UnknownHostException ? Reason.of(cause) : "no name was looked up: " + Reason.of(cause));
    }

    private void timedOut(Duration timeout) {
        fail("no connection within " + timeout.toMillis() / 1000.0 + " s");
    }

    private void fail(String why) {
        result.tryFailure(new ConnectFailedException("can't connect to " + target + ": " + why));
    }

    private void tryNext() {
        if (!untried.hasNext()) {
            return;
        }
        attempt(untried.next());
    }

    private void attempt(SocketAddress address) {
        if (result.isDone()) {
            return;
        }
        Channel socket;
        try {
            socket = sockets.get();
        } catch (RuntimeException | Error e) { // no file descriptor is left, or no memory
            failed(Reason.of(e), address);
            return;
        }
        underWay.add(socket);
        if (untried.hasNext()) {
            stagger = loop.schedule(this::tryNext, STAGGER.toMillis(), TimeUnit.MILLISECONDS);
        }
        ChannelFuture registered = loop.register(socket);
        ChannelFuture attempt = registered.cause() == null ? socket.connect(address) : registered;
        attempt.addListener((ChannelFuture connected) -> ended(connected, address));
        if (asksLater(socket)) {
            loop.execute(() -> loop.schedule(begun, 0, TimeUnit.NANOSECONDS));
        } else {
            begun.run();
        }
    }

    /** io_uring submits the request later, together with others. Checks the name, because the class may be missing. */
    private static boolean asksLater(Channel socket) {
        return socket.getClass().getName().startsWith("io.netty.channel.uring.");
    }

    private void ended(ChannelFuture attempt, SocketAddress address) {
        Channel socket = attempt.channel();
        underWay.remove(socket);
        if (!attempt.isSuccess()) {
            socket.close();
            failedOrBusy(reasonOf(attempt.cause(), address), address);
        } else if (metItself(socket)) {
            Abort.reset(socket); // FIN would keep the port in use for a minute, and the target couldn't listen on it
            failed("connection refused (it met itself: nothing listens on that port)", address);
        } else if (!result.trySuccess(socket)) {
            Abort.reset(socket); // FIN alone would leave a server waiting for a hello
        }
    }

    /**
     * If nothing listens on the target's port and the system chooses that port for the connecting end, TCP connects the
     * socket to itself (RFC 9293, simultaneous open).
     */
    private static boolean metItself(Channel socket) {
        SocketAddress local = socket.localAddress();
        return local != null && local.equals(socket.remoteAddress());
    }

    /**
     * Retries if the queue of a UNIX domain socket is full. There the system reports an error at once, while TCP
     * retries by itself.
     */
    private void failedOrBusy(String reason, SocketAddress address) {
        if (reason.equals(BUSY) && refusals < MOST_REFUSALS) {
            long pause = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(refusals, 10));
            refusals++;
            loop.schedule(() -> attempt(address), pause, TimeUnit.MILLISECONDS);
        } else {
            failed(reason.equals(BUSY) ? "its queue of connections is full" : reason, address);
        }
    }

    /** The reason without the path of a UNIX domain socket, which the message has already. */
    private static String reasonOf(Throwable cause, SocketAddress address) {
        String reason = Reason.of(cause);
        String suffix = ": " + address;
        return reason.endsWith(suffix) ? reason.substring(0, reason.length() - suffix.length()) : reason;
    }

    /** Records a failure, with the numeric address if the name alone is ambiguous, and tries the next address. */
    private void failed(String reason, SocketAddress address) {
        boolean ambiguous =
                target instanceof HostAndPort name && name.numericAddress().isEmpty();
        failures.add(
                ambiguous && address instanceof InetSocketAddress inet ? HostAndPort.of(inet) + ": " + reason : reason);
        if (stagger != null) {
            stagger.cancel(false);
        }
        if (untried.hasNext()) {
            tryNext();
        } else if (underWay.isEmpty()) {
            fail(String.join("; ", failures));
        }
    }

    private void stop() {
        if (stagger != null) {
            stagger.cancel(false);
        }
        List.copyOf(underWay).forEach(Abort::reset);
    }
}
