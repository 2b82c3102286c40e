package io.saltunnel.netty.internal.codec;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import java.util.List;
import java.util.function.Consumer;

/**
 * The promise for a write of whole frames to the socket. {@link FrameCodec} fails any other write.
 *
 * <p>Netty drops a message whose promise was cancelled or completed before the message reached the socket. A sealed
 * frame that is dropped leaves a gap in the numbers of the frames, which the peer takes for an attack. Only the writer
 * of the frames holds this promise, so that no other code can cancel or complete it. The promises of the writes whose
 * data is in the frames complete with it. Event loop only.
 */
public final class FrameWrite extends DefaultChannelPromise implements ChannelFutureListener {
    private final List<ChannelPromise> told;
    private final Consumer<Throwable> failed;

    /**
     * A write that hasn't been made yet.
     *
     * @param channel the channel that the frames are written to
     * @param told the promises that complete with this one
     * @param failed receives the cause if the frames were not written, before the promises fail
     */
    @SuppressWarnings("this-escape") // it is complete, and reported later
    public FrameWrite(Channel channel, List<ChannelPromise> told, Consumer<Throwable> failed) {
        super(channel);
        this.told = told;
        this.failed = failed;
        addListener(this);
    }

    @Override
    public void operationComplete(ChannelFuture written) {
        Throwable cause = written.cause();
        if (cause == null) {
            for (ChannelPromise promise : told) {
                promise.trySuccess();
            }
        } else {
            failed.accept(cause);
            for (ChannelPromise promise : told) {
                promise.tryFailure(cause);
            }
        }
    }
}
