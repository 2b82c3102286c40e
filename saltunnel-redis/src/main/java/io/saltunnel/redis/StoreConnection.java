package io.saltunnel.redis;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.saltunnel.netty.replay.ReplayStore;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to a store. Lettuce connects again after the connection was lost; this object tries again until the
 * first connection is made.
 *
 * <pre>
 *   CONNECTING ──┬── failed: again after a while ──▶ CONNECTING
 *                └── made ──▶ CONNECTED (while it is lost, commands fail at once)
 * </pre>
 *
 * <p>Any thread.
 */
final class StoreConnection {
    private static final Logger LOG = LoggerFactory.getLogger(StoreConnection.class);
    private static final long RETRY_MILLIS = 500;
    private static final long CLOSE_SECONDS = 2;

    private final StoreClient client;
    private final ReplayStore store;

    /** Null until the first connection is made. */
    private volatile @Nullable RedisClusterAsyncCommands<byte[], byte[]> commands;

    /** Why there is no connection yet. */
    private volatile Throwable reason = new IOException("there is no connection to the store yet");

    private volatile boolean closed;

    private StoreConnection(StoreClient client, ReplayStore store) {
        this.client = client;
        this.store = store;
    }

    /** Begins to connect. */
    static StoreConnection begin(StoreAddress address, ReplayStore store) {
        StoreConnection connection = new StoreConnection(StoreClient.of(address, store), store);
        connection.connect();
        return connection;
    }

    private void connect() {
        if (closed) {
            return;
        }
        CompletionStage<RedisClusterAsyncCommands<byte[], byte[]>> connecting;
        try {
            connecting = client.connect();
        } catch (RuntimeException e) {
            connecting = CompletableFuture.failedFuture(e);
        }
        connecting.whenComplete((made, failure) -> {
            if (failure == null) {
                commands = made;
            } else {
                reason = new IOException(lastWords(failure), failure);
                LOG.debug("no connection to the store of replays: {}", reason.getMessage());
                again();
            }
        });
    }

    /** The innermost message: those around it only name addresses and classes. */
    private static String lastWords(Throwable failure) {
        Throwable inner = failure;
        while (inner.getCause() != null) {
            inner = inner.getCause();
        }
        String message = inner.getMessage();
        return message == null ? inner.toString() : message;
    }

    private void again() {
        try {
            store.loops().schedule(this::connect, RETRY_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("the event loops have ended");
        }
    }

    /** Sends a command; fails without a connection. */
    CompletionStage<@Nullable String> send(
            Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<@Nullable String>> command) {
        RedisClusterAsyncCommands<byte[], byte[]> connected = commands;
        if (connected == null) {
            return CompletableFuture.failedFuture(reason);
        }
        return command.apply(connected).handle((ok, failure) -> {
            if (failure != null) {
                throw new CompletionException(new IOException(lastWords(failure), failure));
            }
            return ok;
        });
    }

    /** Ends the connection, and waits a moment for that. Not on one of the event loops. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            client.shutDown().get(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("the connection to the store of replays did not end in order", e);
        }
    }
}
