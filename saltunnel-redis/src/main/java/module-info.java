/**
 * A memory of replays on Redis or Valkey, which several servers share.
 *
 * @provides io.saltunnel.netty.replay.ReplayMemoryProvider for the schemes of Redis
 */
module io.saltunnel.redis {
    requires transitive io.saltunnel.netty;
    requires io.netty.common;
    requires io.netty.resolver;
    requires io.netty.transport;
    requires lettuce.core;
    requires org.slf4j;
    requires static org.jspecify;

    exports io.saltunnel.redis;

    provides io.saltunnel.netty.replay.ReplayMemoryProvider with
            io.saltunnel.redis.RedisReplayMemoryProvider;
}
