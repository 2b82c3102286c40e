package io.saltunnel.netty.replay;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Remembers the hellos that several servers have admitted, so that none of them answers a replay of a hello that another
 * one has answered, or that it has answered itself before a restart. Each server still remembers the hellos that it
 * admits itself, and asks this memory only about hellos that are sealed under its key, are fresh, and are unknown to it:
 * somebody without the key never causes a question.
 *
 * <p>Given to {@link io.saltunnel.netty.ServerBuilder#replays} or {@link
 * io.saltunnel.netty.SaltunnelSettings#withReplays}. Any number of servers may use one object, whose owner closes it
 * after they have stopped. Event loops call it, several at the same time, and it must not block them.
 *
 * <p>A server asks at most 4,096 questions at a time, and waits a second for each answer. While answers fail, it asks
 * one question at a time.
 */
public interface ReplayMemory extends AutoCloseable {
    /** What is known of a hello. */
    enum Answer {
        /** It was not known before, and is remembered now. */
        NEW,
        /** It was remembered before. */
        REPLAYED,
        /** The memory gave no answer in time, or failed. */
        UNAVAILABLE
    }

    /**
     * Remembers a hello unless it is known, in one atomic step: of several servers that ask about the same hello at the
     * same time, exactly one is told that it is new.
     *
     * @param identity 16 bytes that look random, the same for the same hello under the same key; the callee owns them
     * @param memorableFor how long to remember it at least: from 10 minutes to 2 hours and 10 minutes
     * @return completes on any thread, in any case within some seconds, since a question counts as asked until then.
     *     {@link Answer#UNAVAILABLE} and an exception mean the same; the exception's message says why in the log
     */
    CompletionStage<Answer> remember(byte[] identity, Duration memorableFor);

    /**
     * Asks the store whether it can remember hellos at present.
     *
     * @return completes within some seconds on any thread, with an exception if the store can't
     */
    CompletionStage<Void> probe();

    /** Releases what the memory holds here. What was remembered stays. Doesn't throw, and may be called again. */
    @Override
    void close();
}
