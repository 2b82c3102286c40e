package io.saltunnel.netty.internal.handshake;

import io.netty.util.concurrent.EventExecutor;
import io.saltunnel.core.handshake.HandshakeException;
import io.saltunnel.core.handshake.ReplayQuestion;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.replay.ReplayMemory;
import io.saltunnel.netty.replay.WhenUnavailable;
import java.io.Serial;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks a memory that several servers share about hellos, within bounds: a number of questions at a time, and a time for
 * each. While the memory fails, one question at a time finds out when it works again, and the others fail at once. Any
 * thread.
 */
public final class SharedReplays {
    /** The most questions at a time. */
    static final int MAX_QUESTIONS = 4096;

    private static final String TOO_MANY = "too many questions have no answer yet";
    private static final String STILL_FAILING = "it doesn't answer";
    private static final String NO_REASON = "it says so";

    /** Why a question has no answer. Without a stack trace, since it is made often and never thrown. */
    private static final class Unasked extends Exception {
        @Serial
        private static final long serialVersionUID = 1L;

        Unasked(String why) {
            super(why, null, false, false);
        }
    }

    private final ReplayMemory memory;
    private final WhenUnavailable whenUnavailable;

    /** The questions whose answer the memory still owes, even if nobody waits for it any more. */
    private final AtomicInteger owed = new AtomicInteger();

    private volatile boolean failing;

    /**
     * Asks this memory.
     *
     * @param memory borrowed
     * @param whenUnavailable what happens without an answer
     */
    public SharedReplays(ReplayMemory memory, WhenUnavailable whenUnavailable) {
        this.memory = Objects.requireNonNull(memory, "memory");
        this.whenUnavailable = Objects.requireNonNull(whenUnavailable, "whenUnavailable");
    }

    /**
     * Asks, and returns at once.
     *
     * @param loop the event loop of the connection, on which this is called
     * @param decided is told once, in a later task of the loop, why the hello is refused; empty if it is admitted
     * @return the question, for a connection that ends before it is decided
     */
    PendingQuestion ask(
            ReplayQuestion question,
            EventExecutor loop,
            HelloListener listener,
            Consumer<Optional<HandshakeFailedException>> decided) {
        PendingQuestion pending = new PendingQuestion(
                loop,
                listener,
                (answer, failure) -> decided.accept(Optional.ofNullable(refusal(question, answer, failure))),
                () -> failing = true);
        if (owed.incrementAndGet() > MAX_QUESTIONS) {
            owed.decrementAndGet();
            pending.failSoon(new Unasked(TOO_MANY));
        } else if (failing && owed.get() > 1) {
            owed.decrementAndGet();
            pending.failSoon(new Unasked(STILL_FAILING));
        } else {
            remember(question).whenComplete((answer, failure) -> answered(pending, answer, failure));
        }
        return pending;
    }

    private CompletionStage<ReplayMemory.Answer> remember(ReplayQuestion question) {
        try {
            return Objects.requireNonNull(memory.remember(question.identity(), question.memorableFor()), "no answer");
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void answered(PendingQuestion pending, ReplayMemory.@Nullable Answer answer, @Nullable Throwable failure) {
        owed.decrementAndGet();
        if (answer == null || answer == ReplayMemory.Answer.UNAVAILABLE) {
            failing = true;
            pending.failSoon(failure == null ? new Unasked(NO_REASON) : cause(failure));
        } else {
            failing = false;
            pending.answerSoon(answer);
        }
    }

    private static Throwable cause(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : null;
        return cause == null ? failure : cause;
    }

    private @Nullable HandshakeFailedException refusal(
            ReplayQuestion question, ReplayMemory.Answer answer, @Nullable Throwable failure) {
        return switch (answer) {
            case NEW -> null;
            case REPLAYED -> Failures.refused(question.replayed());
            case UNAVAILABLE ->
                switch (whenUnavailable) {
                    case REFUSE -> Failures.notRemembered(failure == null ? new Unasked(NO_REASON) : failure);
                    case LOCAL -> refusalAlone(question);
                };
        };
    }

    private static @Nullable HandshakeFailedException refusalAlone(ReplayQuestion question) {
        HandshakeException doubt = question.doubt().orElse(null);
        return doubt == null ? null : Failures.refused(doubt);
    }
}
