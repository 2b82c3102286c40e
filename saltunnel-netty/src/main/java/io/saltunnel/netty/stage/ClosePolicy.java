package io.saltunnel.netty.stage;

/**
 * What {@code close()} of an embedder's channel means to the peer in version 2 of the protocol, if no
 * {@link EndOfStream} was written before it. Earlier writes leave first in both cases.
 *
 * <p>In version 1 both are the same: the peer sees TCP's end of the stream.
 */
public enum ClosePolicy {
    /**
     * An abort, because error handlers and time-outs close channels too. The peer gets a {@link
     * io.saltunnel.core.wire.TruncatedStreamException}: it never mistakes a part of a stream for the whole.
     */
    ABORT,
    /**
     * The end of the stream, as if an {@link EndOfStream} were written just before. For libraries whose only way to end
     * a stream is {@code close()}, and for protocols that detect an incomplete message themselves, such as HTTP and
     * gRPC. With this policy, a {@code close()} after a time-out on this side also ends the stream. It stays an abort
     * after a failure of the connection, and with {@code SO_LINGER} 0.
     */
    END_OF_STREAM
}
