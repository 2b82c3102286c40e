package io.saltunnel.redis;

import io.lettuce.core.SetArgs;
import io.saltunnel.netty.replay.ReplayMemory;
import io.saltunnel.netty.replay.ReplayStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletionStage;

/**
 * Remembers hellos in a store: each is a key that exists until no server accepts the hello's time any more. The store
 * sets it if it is absent, in one command. Any thread.
 */
final class RedisReplayMemory implements ReplayMemory {
    private static final byte[] PREFIX = "saltunnel:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PROBE = "saltunnel:probe".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = {};

    private final StoreConnection store;

    private RedisReplayMemory(StoreConnection store) {
        this.store = store;
    }

    static RedisReplayMemory connect(StoreAddress address, ReplayStore store) {
        return new RedisReplayMemory(StoreConnection.begin(address, store));
    }

    @Override
    public CompletionStage<Answer> remember(byte[] identity, Duration memorableFor) {
        byte[] key = Arrays.copyOf(PREFIX, PREFIX.length + identity.length);
        System.arraycopy(identity, 0, key, PREFIX.length, identity.length);
        return set(key, SetArgs.Builder.nx().ex(memorableFor.toSeconds()))
                .thenApply(ok -> ok == null ? Answer.REPLAYED : Answer.NEW);
    }

    /** Writes, because a store may answer and yet refuse to write: it is full, a replica, or the user may not. */
    @Override
    public CompletionStage<Void> probe() {
        return set(PROBE, SetArgs.Builder.ex(1)).thenAccept(ok -> {});
    }

    private CompletionStage<String> set(byte[] key, SetArgs how) {
        return store.send(commands -> commands.set(key, NOTHING, how));
    }

    @Override
    public void close() {
        store.close();
    }
}
