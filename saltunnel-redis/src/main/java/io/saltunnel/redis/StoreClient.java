package io.saltunnel.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.saltunnel.netty.replay.ReplayStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Lettuce's client for one kind of store, with bounds on what it waits for and on what it holds. Any thread. */
interface StoreClient {
    /** How long a command or a connection may take. A server gives up sooner, and the answer only counts then. */
    Duration PATIENCE = Duration.ofSeconds(3);

    /** How long an unacknowledged packet may be out before the connection counts as lost. */
    Duration LOST_AFTER = Duration.ofSeconds(5);

    /** The most commands whose answers the store owes; more than servers ask at a time. */
    int MAX_COMMANDS = 8192;

    /** Connects. Completes with what sends commands, also over later connections. */
    CompletionStage<RedisClusterAsyncCommands<byte[], byte[]>> connect();

    /** Ends all connections and threads. */
    CompletableFuture<Void> shutDown();

    /** A client for this address. */
    static StoreClient of(StoreAddress address, ReplayStore store) {
        address.uris().forEach(uri -> {
            uri.setTimeout(PATIENCE);
            store.passwordFile()
                    .ifPresent(file -> uri.setCredentialsProvider(
                            RedisCredentialsProvider.from(() -> PasswordFile.credentials(file, address.user()))));
        });
        Resources resources = Resources.of(store);
        return switch (address.kind()) {
            case SERVER, SENTINELS -> new OfServer(resources, address.uris().get(0));
            case CLUSTER -> new OfCluster(resources, address.uris());
        };
    }

    /** Chooses the same for every kind of store. */
    private static <B extends ClientOptions.Builder> B choose(B options) {
        options.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(MAX_COMMANDS)
                // A command that was sent twice would find its own key, and call a new hello a replay.
                .replayFilter(command -> true)
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .timeoutOptions(TimeoutOptions.builder()
                        .timeoutCommands()
                        .fixedTimeout(PATIENCE)
                        .build())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(PATIENCE)
                        .tcpUserTimeout(SocketOptions.TcpUserTimeoutOptions.builder()
                                .enable()
                                .tcpUserTimeout(LOST_AFTER)
                                .build())
                        .build());
        return options;
    }

    /** One server, which may be found by sentinels. */
    final class OfServer implements StoreClient {
        private final Resources resources;
        private final RedisURI uri;
        private final RedisClient client;

        OfServer(Resources resources, RedisURI uri) {
            this.resources = resources;
            this.uri = uri;
            this.client = RedisClient.create(resources.lettuce());
            client.setOptions(choose(ClientOptions.builder()).build());
        }

        @Override
        public CompletionStage<RedisClusterAsyncCommands<byte[], byte[]>> connect() {
            return client.connectAsync(ByteArrayCodec.INSTANCE, uri).thenApply(StatefulRedisConnection::async);
        }

        @Override
        public CompletableFuture<Void> shutDown() {
            return client.shutdownAsync(0, 0, TimeUnit.SECONDS).thenCompose(done -> resources.shutDown());
        }
    }

    /** A cluster. */
    final class OfCluster implements StoreClient {
        private static final Duration REFRESH = Duration.ofSeconds(30);

        private final Resources resources;
        private final RedisClusterClient client;

        OfCluster(Resources resources, Iterable<RedisURI> uris) {
            this.resources = resources;
            this.client = RedisClusterClient.create(resources.lettuce(), uris);
            ClusterClientOptions.Builder options = choose(ClusterClientOptions.builder());
            client.setOptions(options.topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                            .enablePeriodicRefresh(REFRESH)
                            .build())
                    .build());
        }

        @Override
        public CompletionStage<RedisClusterAsyncCommands<byte[], byte[]>> connect() {
            return client.refreshPartitionsAsync()
                    .thenCompose(known -> client.connectAsync(ByteArrayCodec.INSTANCE))
                    .thenApply(StatefulRedisClusterConnection::async);
        }

        @Override
        public CompletableFuture<Void> shutDown() {
            return client.shutdownAsync(0, 0, TimeUnit.SECONDS).thenCompose(done -> resources.shutDown());
        }
    }
}
