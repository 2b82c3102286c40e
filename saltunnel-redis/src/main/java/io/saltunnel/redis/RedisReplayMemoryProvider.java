package io.saltunnel.redis;

import io.saltunnel.netty.replay.ReplayMemory;
import io.saltunnel.netty.replay.ReplayMemoryProvider;
import io.saltunnel.netty.replay.ReplayStore;
import java.net.URI;
import java.util.Set;

/**
 * Remembers replays in Redis or Valkey:
 *
 * <table>
 * <caption>Addresses</caption>
 * <tr><th>address</th><th>store</th></tr>
 * <tr><td>{@code redis://[user@]host[:port][/database]}</td><td>one server</td></tr>
 * <tr><td>{@code redis-sentinel://[user@]host[:port],…[/database]#master}</td>
 * <td>the server that the sentinels name as this master</td></tr>
 * <tr><td>{@code redis-cluster://[user@]host[:port],…}</td><td>a cluster, of which these nodes are some</td></tr>
 * </table>
 *
 * <p>{@code rediss}, {@code rediss-sentinel} and {@code rediss-cluster} do the same by TLS. The store's certificate must
 * be valid for its name, and signed by an authority that Java trusts.
 *
 * <p>Each hello costs one command, {@code SET saltunnel:<identity> "" NX EX <seconds>}. It uses the event loops that it
 * is given if Lettuce's choice of a transport fits them, and otherwise one loop of its own. Any thread.
 */
public final class RedisReplayMemoryProvider implements ReplayMemoryProvider {
    /** Makes a provider, for {@link java.util.ServiceLoader}. */
    public RedisReplayMemoryProvider() {}

    @Override
    public Set<String> schemes() {
        return StoreAddress.SCHEMES;
    }

    @Override
    public void check(URI address) {
        StoreAddress.of(address);
    }

    @Override
    public ReplayMemory open(ReplayStore store) {
        StoreAddress address = StoreAddress.of(store.address());
        store.passwordFile().ifPresent(PasswordFile::check);
        return RedisReplayMemory.connect(address, store);
    }
}
