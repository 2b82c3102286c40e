package io.saltunnel.netty;

import io.saltunnel.netty.replay.ReplayMemory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** A memory of replays whose answers a test gives. */
final class ScriptedMemory implements ReplayMemory {
    final List<byte[]> asked = Collections.synchronizedList(new ArrayList<>());
    private final Supplier<CompletionStage<Answer>> answers;

    private ScriptedMemory(Supplier<CompletionStage<Answer>> answers) {
        this.answers = answers;
    }

    static ScriptedMemory saying(Answer answer) {
        return new ScriptedMemory(() -> CompletableFuture.completedFuture(answer));
    }

    static ScriptedMemory answering(Supplier<CompletionStage<Answer>> answers) {
        return new ScriptedMemory(answers);
    }

    @Override
    public CompletionStage<Answer> remember(byte[] identity, Duration memorableFor) {
        asked.add(identity);
        return answers.get();
    }

    @Override
    public CompletionStage<Void> probe() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {}
}
