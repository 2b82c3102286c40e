package io.saltunnel.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.lettuce.core.RedisURI;
import io.saltunnel.netty.replay.ReplayMemoryProvider;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoreAddressTest {
    @ParameterizedTest
    @CsvSource({
        "redis://store, store, 6379, 0, false, ''",
        "REDIS://store:7000/3, store, 7000, 3, false, ''",
        "rediss://alice@store:6380, store, 6380, 0, true, alice"
    })
    void anAddressOfAServer(String text, String host, int port, int database, boolean tls, String user) {
        StoreAddress address = StoreAddress.of(URI.create(text));
        RedisURI uri = address.uris().get(0);
        assertThat(address.kind()).isEqualTo(StoreAddress.Kind.SERVER);
        assertThat(uri.getHost()).isEqualTo(host);
        assertThat(uri.getPort()).isEqualTo(port);
        assertThat(uri.getDatabase()).isEqualTo(database);
        assertThat(uri.isSsl()).isEqualTo(tls);
        assertThat(address.user()).isEqualTo(user);
    }

    @Test
    void anAddressOfSentinels() {
        StoreAddress address = StoreAddress.of(URI.create("rediss-sentinel://bob@one:1000,two/2#hellos"));
        RedisURI uri = address.uris().get(0);
        assertThat(address.kind()).isEqualTo(StoreAddress.Kind.SENTINELS);
        assertThat(address.user()).isEqualTo("bob");
        assertThat(uri.getSentinelMasterId()).isEqualTo("hellos");
        assertThat(uri.getDatabase()).isEqualTo(2);
        assertThat(uri.isSsl()).isTrue();
        assertThat(uri.getSentinels()).extracting(RedisURI::getHost).containsExactly("one", "two");
    }

    @Test
    void anAddressOfACluster() {
        StoreAddress address = StoreAddress.of(URI.create("redis-cluster://one:1000,two:1001"));
        assertThat(address.kind()).isEqualTo(StoreAddress.Kind.CLUSTER);
        assertThat(address.uris()).extracting(RedisURI::getPort).containsExactly(1000, 1001);
    }

    @Test
    void aPasswordInTheAddressIsRefusedAndNotSaid() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StoreAddress.of(URI.create("redis://alice:secret@store")))
                .withMessage("put the password for the store into a file, not into its address");
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis://", "redis:store", "redis:///2", "redis-sentinel://store"})
    void anAddressThatNamesNoStoreIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> {
            try {
                StoreAddress.of(new URI(text));
            } catch (java.net.URISyntaxException e) {
                throw new IllegalArgumentException(e);
            }
        });
    }

    @Test
    void aSchemeThatNoModuleKnowsIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReplayMemoryProvider.load(URI.create("memcached://store")))
                .withMessageStartingWith("there is no memory of replays at 'memcached://'; there are: redis, ");
        assertThatIllegalArgumentException().isThrownBy(() -> ReplayMemoryProvider.load(URI.create("/run/saltunnel")));
    }
}
