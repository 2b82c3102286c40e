package io.saltunnel.netty.stage;

/**
 * The end of the stream that a channel sends, as a message that is written like data:
 * {@code channel.writeAndFlush(EndOfStream.INSTANCE)}.
 *
 * <p>It passes the pipeline behind the data written before it. A handler that holds data back holds the end back too,
 * and a handler that has more data to send writes that first. Next to the socket it becomes TCP's FIN, behind all data,
 * and the write's future completes then. With version 2 of the protocol, the cipher seals the end first. The future
 * completes once the socket has the sealed end, and FIN follows. Data written after it fails. The other direction
 * continues.
 *
 * <pre>
 *   data, data, EndOfStream ──▶ [handlers] ──▶ data, data, FIN
 * </pre>
 *
 * <p>{@link io.netty.channel.socket.DuplexChannel#shutdownOutput()}, in contrast, starts at the socket: no handler sees
 * it, and data that waits in a handler is lost.
 *
 * <p>On a channel that can't end one direction alone, such as a {@code LocalChannel}, the write fails with an
 * {@link UnsupportedOperationException}; in version 2 of the protocol the sealed end is enough there, and the write
 * succeeds. Immutable: any thread may use it.
 */
public enum EndOfStream {
    /** The one instance. */
    INSTANCE
}
