package io.saltunnel.redis;

import static io.saltunnel.redis.Stores.awaitAvailable;
import static io.saltunnel.redis.Stores.identity;
import static io.saltunnel.redis.Stores.remember;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saltunnel.netty.Transport;
import io.saltunnel.netty.replay.ReplayMemory;
import io.saltunnel.netty.replay.ReplayMemory.Answer;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Goal: what a store and its clients do together, with a real store that fails in every way. */
@Timeout(90)
class RedisReplayMemoryTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "KQUEUE")
    void aHelloIsNewOnceForAllThatShareTheStore(Transport transport) throws Exception {
        try (Redis redis = Redis.with();
                Stores stores = new Stores(transport)) {
            ReplayMemory one = stores.connected(redis.address());
            ReplayMemory other = stores.connected(redis.address());
            assertThat(remember(one, identity(1))).isEqualTo(Answer.NEW);
            assertThat(remember(other, identity(1))).isEqualTo(Answer.REPLAYED);
            assertThat(remember(one, identity(1))).isEqualTo(Answer.REPLAYED);
            assertThat(remember(other, identity(2))).isEqualTo(Answer.NEW);
        }
    }

    @Test
    void ofManyAtOnceOneIsNew() throws Exception {
        try (Redis redis = Redis.with();
                Stores stores = new Stores(Transport.AUTO)) {
            List<ReplayMemory> servers = List.of(stores.connected(redis.address()), stores.connected(redis.address()));
            List<CompletableFuture<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                answers.add(servers.get(i % 2)
                        .remember(identity(7), Duration.ofMinutes(70))
                        .toCompletableFuture());
            }
            assertThat(answers.stream().map(CompletableFuture::join).filter(Answer.NEW::equals))
                    .hasSize(1);
        }
    }

    @Test
    void theStoreForgetsWhenTheTimeIsUp() throws Exception {
        try (Redis redis = Redis.with();
                Stores stores = new Stores(Transport.AUTO)) {
            ReplayMemory memory = stores.connected(redis.address());
            remember(memory, new byte[16]);
            long left = Long.parseLong(
                    redis.ask("TTL \"saltunnel:" + "\\x00".repeat(16) + "\"").substring(1));
            assertThat(left).isBetween(4100L, 4200L);
            assertThat(redis.ask("STRLEN \"saltunnel:" + "\\x00".repeat(16) + "\""))
                    .isEqualTo(":0");
        }
    }

    @Test
    void aStoreThatIsStartedLaterIsFound() throws Exception {
        try (Redis redis = Redis.with();
                Stores stores = new Stores(Transport.AUTO)) {
            redis.kill();
            ReplayMemory memory = stores.open(redis.address(), Optional.empty());
            assertThatThrownBy(() -> remember(memory, identity(1))).rootCause().hasMessageContaining("onnect");
            redis.start();
            awaitAvailable(memory);
            assertThat(remember(memory, identity(1))).isEqualTo(Answer.NEW);
        }
    }

    @Test
    void aStoreThatIsKilledFailsAtOnceAndIsFoundAgain() throws Exception {
        try (Redis redis = Redis.with();
                Stores stores = new Stores(Transport.AUTO)) {
            ReplayMemory memory = stores.connected(redis.address());
            redis.kill();
            Awaitility.await()
                    .untilAsserted(() -> assertThatThrownBy(() -> remember(memory, identity(1)))
                            .rootCause()
                            .isInstanceOf(Exception.class));
            redis.start();
            awaitAvailable(memory);
            assertThat(remember(memory, identity(2))).isEqualTo(Answer.NEW);
        }
    }

    /** Its connections stay open, so only the time tells. */
    @Test
    void aStoreThatHangsHasNoAnswerAndIsFoundAgain() throws Exception {
        try (Redis redis = Redis.with();
                Stores stores = new Stores(Transport.AUTO)) {
            ReplayMemory memory = stores.connected(redis.address());
            redis.pause();
            try {
                assertThatThrownBy(() -> remember(memory, identity(1)))
                        .rootCause()
                        .hasMessageContaining("timed out");
            } finally {
                redis.resume();
            }
            awaitAvailable(memory);
            assertThat(remember(memory, identity(2))).isEqualTo(Answer.NEW);
        }
    }

    /** What a hanging store owes is bounded, whoever asks. */
    @Test
    void aStoreThatHangsIsOwedABoundedNumberOfAnswers() throws Exception {
        try (Redis redis = Redis.with();
                Stores stores = new Stores(Transport.AUTO)) {
            ReplayMemory memory = stores.connected(redis.address());
            redis.pause();
            try {
                List<CompletableFuture<Answer>> answers = new ArrayList<>();
                for (int i = 0; i < 2 * StoreClient.MAX_COMMANDS; i++) {
                    answers.add(
                            memory.remember(identity(i), Duration.ofMinutes(70)).toCompletableFuture());
                }
                CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                        .handle((done, failure) -> null)
                        .join();
                assertThat(answers).allMatch(CompletableFuture::isCompletedExceptionally);
                assertThat(answers.stream().filter(answer -> reason(answer).contains("queue size exceeded")))
                        .hasSizeGreaterThan(StoreClient.MAX_COMMANDS / 2);
            } finally {
                redis.resume();
            }
        }
    }

    private static String reason(CompletableFuture<Answer> answer) {
        return answer.handle((done, failure) -> String.valueOf(failure.getMessage()))
                .join();
    }

    @Test
    void aPasswordIsReadFromAFileAtEachConnection() throws Exception {
        Path file = Files.writeString(directory.resolve("password"), "first\n");
        try (Redis redis = Redis.with("--requirepass", "first");
                Stores stores = new Stores(Transport.AUTO)) {
            ReplayMemory memory = stores.open(redis.address(), Optional.of(file));
            awaitAvailable(memory);
            assertThat(remember(memory, identity(1))).isEqualTo(Answer.NEW);
            Files.writeString(file, "wrong");
            ReplayMemory wrong = stores.open(redis.address(), Optional.of(file));
            Awaitility.await()
                    .untilAsserted(() -> assertThatThrownBy(() -> remember(wrong, identity(1)))
                            .rootCause()
                            .hasMessageContaining("WRONGPASS"));
            Files.writeString(file, "first");
            awaitAvailable(wrong);
        }
    }

    /** As docs/decisions/shared-replays.md gives it. */
    @Test
    void aUserNeedsOnlyToSetItsKeys() throws Exception {
        Path file = Files.writeString(directory.resolve("password"), "secret");
        String[] users =
                "--user default off --user saltunnel on >secret ~saltunnel:* -@all +set +ping +hello".split(" ");
        try (Redis redis = Redis.with(users);
                Stores stores = new Stores(Transport.AUTO)) {
            ReplayMemory memory = stores.open("redis://saltunnel@127.0.0.1:" + redis.port, Optional.of(file));
            awaitAvailable(memory);
            assertThat(remember(memory, identity(1))).isEqualTo(Answer.NEW);
            assertThat(remember(memory, identity(1))).isEqualTo(Answer.REPLAYED);
        }
    }

    @Test
    void aFileWithoutAPasswordIsRefused() throws Exception {
        Path empty = Files.writeString(directory.resolve("empty"), "\nsecret");
        try (Stores stores = new Stores(Transport.NIO)) {
            assertThatThrownBy(() -> stores.open("redis://127.0.0.1:1", Optional.of(empty)))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("the first line is empty");
            assertThatThrownBy(() -> stores.open("redis://127.0.0.1:1", Optional.of(directory.resolve("none"))))
                    .isInstanceOf(UncheckedIOException.class);
        }
    }

    @Test
    void aStoreThatCanNotWriteIsUnavailable() throws Exception {
        try (Redis redis = Redis.with("--maxmemory", "1");
                Stores stores = new Stores(Transport.AUTO)) {
            ReplayMemory memory = stores.open(redis.address(), Optional.empty());
            Awaitility.await()
                    .untilAsserted(() -> assertThatThrownBy(
                                    () -> memory.probe().toCompletableFuture().join())
                            .rootCause()
                            .hasMessageContaining("OOM"));
        }
    }

    @Test
    void aCluster() throws Exception {
        try (Redis redis = Redis.with("--cluster-enabled", "yes");
                Stores stores = new Stores(Transport.AUTO)) {
            assertThat(redis.ask("CLUSTER ADDSLOTSRANGE 0 16383")).isEqualTo("+OK");
            ReplayMemory memory = stores.connected("redis-cluster://127.0.0.1:" + redis.port);
            assertThat(remember(memory, identity(1))).isEqualTo(Answer.NEW);
            assertThat(remember(memory, identity(1))).isEqualTo(Answer.REPLAYED);
        }
    }

    @Test
    void theServerThatSentinelsName() throws Exception {
        try (Redis redis = Redis.with()) {
            Path conf = Files.writeString(
                    directory.resolve("sentinel.conf"), "sentinel monitor hellos 127.0.0.1 " + redis.port + " 1\n");
            try (Redis sentinel = Redis.with(conf.toString(), "--sentinel");
                    Stores stores = new Stores(Transport.AUTO)) {
                ReplayMemory memory = stores.connected("redis-sentinel://127.0.0.1:" + sentinel.port + "#hellos");
                assertThat(remember(memory, identity(1))).isEqualTo(Answer.NEW);
                assertThat(redis.ask("DBSIZE")).isNotEqualTo(":0");
            }
        }
    }

    @Test
    void aClosedMemoryLeavesTheLoopsAndAnswersNoMore() throws Exception {
        try (Redis redis = Redis.with();
                Stores stores = new Stores(Transport.AUTO)) {
            ReplayMemory closed = stores.connected(redis.address());
            closed.close();
            closed.close();
            assertThatThrownBy(() -> remember(closed, identity(1))).isNotNull();
            assertThat(remember(stores.connected(redis.address()), identity(1))).isEqualTo(Answer.NEW);
        }
    }
}
