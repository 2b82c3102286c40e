package io.saltunnel.netty.internal.handshake;

import io.saltunnel.netty.replay.ReplayMemory;

/** Is told what becomes of the hello of one connection, on its event loop. Every method does nothing by default. */
public interface HelloListener {
    /** Is told nothing. */
    HelloListener NONE = new HelloListener() {};

    /**
     * The hello was admitted, and is answered now.
     *
     * @param clockDifferenceSeconds the client's clock minus ours
     */
    default void admitted(long clockDifferenceSeconds) {}

    /**
     * The shared memory of replays has answered.
     *
     * @param answer new or replayed
     * @param nanos how long it took
     */
    default void replayMemoryAnswered(ReplayMemory.Answer answer, long nanos) {}

    /**
     * The shared memory of replays could not be asked, or gave no answer in time.
     *
     * @param cause why
     * @param nanos how long that took
     */
    default void replayMemoryFailed(Throwable cause, long nanos) {}
}
