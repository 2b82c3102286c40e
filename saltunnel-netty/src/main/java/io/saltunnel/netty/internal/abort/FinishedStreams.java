package io.saltunnel.netty.internal.abort;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;

/**
 * A mark on a connection whose two streams both have an authenticated end. From then on, a close or a reset of the
 * connection has no meaning and loses no data. Any thread.
 */
public final class FinishedStreams {
    private static final AttributeKey<Boolean> FINISHED = AttributeKey.valueOf(FinishedStreams.class, "FINISHED");

    private FinishedStreams() {}

    /**
     * Marks a connection.
     *
     * @param channel a connection that has received and sent an authenticated end of stream
     */
    public static void mark(Channel channel) {
        channel.attr(FINISHED).set(true);
    }

    /**
     * Whether a connection has the mark.
     *
     * @param channel a connection, open or closed
     * @return true if no more data is expected from it
     */
    public static boolean isMarked(Channel channel) {
        return channel.hasAttr(FINISHED);
    }
}
