package io.saltunnel.examples.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.examples.KeyExtension;
import io.saltunnel.netty.ServerBuilder;
import io.saltunnel.netty.Tunnel;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisClientTest {
    @RegisterExtension
    final KeyExtension keys = new KeyExtension();

    private RespServer redis;
    private Tunnel tunnel;

    @BeforeEach
    void start() {
        redis = new RespServer();
        tunnel = server().start().join();
    }

    private ServerBuilder server() {
        return Tunnel.server(keys.key())
                .listen(HostAndPort.parse("127.0.0.1:0"))
                .target(HostAndPort.of(redis.address()));
    }

    @AfterEach
    void stop() {
        tunnel.close();
        redis.close();
    }

    @Test
    void getsRepliesOfEveryKind() throws Exception {
        try (RedisClient client =
                new RedisClient(keys.key(), tunnel.boundAddress().toSocketAddress())) {
            assertThat(reply(client, "PING")).isEqualTo("PONG");
            assertThat(reply(client, "SET", "name", "Zoë")).isEqualTo("OK");
            assertThat(reply(client, "GET", "name")).isEqualTo("Zoë");
            assertThat(reply(client, "APPEND", "name", "!")).isEqualTo("4");
            assertThat(reply(client, "GET", "nothing")).isEqualTo("(nil)");
            assertThat(reply(client, "MGET", "name", "nothing")).isEqualTo("Zoë! (nil)");
            assertThatThrownBy(() -> reply(client, "FLY"))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(RedisException.class)
                    .hasMessageContaining("unknown command 'FLY'");
        }
    }

    @Test
    void sendsBeforeTheHandshakeIsDoneAndKeepsTheOrder() throws Exception {
        try (RedisClient client =
                new RedisClient(keys.key(), tunnel.boundAddress().toSocketAddress())) {
            List<CompletableFuture<String>> lengths = new ArrayList<>();
            for (int i = 1; i <= 500; i++) {
                lengths.add(client.send("APPEND", "list", "x"));
            }
            for (int i = 1; i <= 500; i++) {
                assertThat(lengths.get(i - 1).get(30, TimeUnit.SECONDS)).isEqualTo(String.valueOf(i));
            }
        }
    }

    @Test
    void saysThatTheKeysDiffer() {
        try (Tunnel soonTired = server().handshakeTimeout(Duration.ofMillis(100))
                        .start()
                        .join();
                SecretMemory memory = SecretMemory.create();
                LongTermKey other = LongTermKey.random(RandomSource.system(), memory);
                RedisClient client =
                        new RedisClient(other, soonTired.boundAddress().toSocketAddress())) {
            assertThatThrownBy(() -> reply(client, "PING")).hasCauseInstanceOf(HandshakeFailedException.class);
        }
    }

    @Test
    void leavesNoThreadWhereNobodyListens() throws Exception {
        InetSocketAddress nowhere;
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nowhere = (InetSocketAddress) gone.getLocalSocketAddress();
        }
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        assertThatThrownBy(() -> new RedisClient(keys.key(), nowhere)).hasRootCauseInstanceOf(ConnectException.class);
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (!before.contains(thread) && thread.getName().startsWith("multiThreadIoEventLoopGroup")) {
                thread.join(30_000);
                assertThat(thread.isAlive()).isFalse();
            }
        }
    }

    private static String reply(RedisClient client, String... words) throws Exception {
        return client.send(words).get(30, TimeUnit.SECONDS);
    }
}
