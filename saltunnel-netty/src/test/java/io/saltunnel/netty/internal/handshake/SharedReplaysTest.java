package io.saltunnel.netty.internal.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.saltunnel.core.crypto.SecretBox;
import io.saltunnel.core.handshake.AcceptedVersions;
import io.saltunnel.core.handshake.Admission;
import io.saltunnel.core.handshake.ClientHandshake;
import io.saltunnel.core.handshake.ClientProtocol;
import io.saltunnel.core.handshake.HandshakeContext;
import io.saltunnel.core.handshake.ReplayQuestion;
import io.saltunnel.core.handshake.ReplayWindow;
import io.saltunnel.core.handshake.ReplayWindows;
import io.saltunnel.core.handshake.ServerHandshake;
import io.saltunnel.core.handshake.TunnelName;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.replay.ReplayMemory;
import io.saltunnel.netty.replay.ReplayMemory.Answer;
import io.saltunnel.netty.replay.WhenUnavailable;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Goal: a store that is slow or gone costs bounded memory, and is noticed when it is back. */
class SharedReplaysTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final EventLoop loop = channel.eventLoop();
    private final Deque<CompletableFuture<Answer>> owed = new ArrayDeque<>();
    private final List<Optional<HandshakeFailedException>> decided = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final SharedReplays shared = new SharedReplays(new Store(), WhenUnavailable.REFUSE);
    private ReplayQuestion question;

    private final class Store implements ReplayMemory {
        @Override
        public CompletionStage<Answer> remember(byte[] identity, Duration memorableFor) {
            CompletableFuture<Answer> answer = new CompletableFuture<>();
            owed.add(answer);
            return answer;
        }

        @Override
        public CompletionStage<Void> probe() {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {}
    }

    private final class Ear implements HelloListener {
        @Override
        public void replayMemoryAnswered(Answer answer, long nanos) {
            told.add(answer.toString());
        }

        @Override
        public void replayMemoryFailed(Throwable cause, long nanos) {
            told.add(cause.getMessage());
        }
    }

    @BeforeEach
    void makeQuestion() throws Exception {
        ByteBuffer hello = ByteBuffer.allocateDirect(Frame.SIZE);
        Admission admission = new Admission(
                ReplayWindows.of(new ReplayWindow(0, 1)).inFrontOfSharedMemory(),
                TunnelName.NONE,
                AcceptedVersions.ANY);
        try (LongTermKey key = LongTermKey.random();
                SecretBox box = new SecretBox()) {
            HandshakeContext context = new HandshakeContext(InstantSource.system(), RandomSource.system(), box);
            ClientHandshake.start(new ClientProtocol(ProtocolVersion.V1, TunnelName.NONE), key, context, hello)
                    .close();
            try (var opened = ServerHandshake.accept(key, context, admission).open(hello)) {
                question = opened.replayQuestion().orElseThrow();
            }
        }
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private PendingQuestion ask() {
        return shared.ask(question, loop, new Ear(), decided::add);
    }

    @Test
    void theAnswerComesInALaterTask() {
        ask();
        owed.remove().complete(Answer.NEW);
        assertThat(decided).isEmpty();
        channel.runPendingTasks();
        assertThat(decided).containsExactly(Optional.empty());
        assertThat(told).containsExactly("NEW");
    }

    @Test
    void questionsAreBounded() {
        for (int i = 0; i < SharedReplays.MAX_QUESTIONS; i++) {
            ask().callOff(); // the store still owes the answer
        }
        ask();
        channel.runPendingTasks();
        assertThat(owed).hasSize(SharedReplays.MAX_QUESTIONS);
        assertThat(decided).hasSize(1).allMatch(Optional::isPresent);
        assertThat(told).containsExactly("too many questions have no answer yet");
        owed.remove().complete(Answer.NEW);
        ask();
        assertThat(owed).hasSize(SharedReplays.MAX_QUESTIONS);
    }

    @Test
    void aStoreThatFailsIsAskedOneQuestionAtATime() {
        ask();
        owed.remove().completeExceptionally(new IllegalStateException("gone"));
        ask();
        ask();
        channel.runPendingTasks();
        assertThat(owed).hasSize(1);
        assertThat(told).containsExactly("gone", "it doesn't answer");
        owed.remove().complete(Answer.REPLAYED);
        ask();
        ask();
        assertThat(owed).hasSize(2);
    }

    @Test
    void anAnswerOfAQuestionThatWasCalledOffOnlyCounts() {
        ask().callOff();
        owed.remove().complete(Answer.NEW);
        channel.runPendingTasks();
        assertThat(decided).isEmpty();
        assertThat(told).containsExactly("NEW");
    }
}
