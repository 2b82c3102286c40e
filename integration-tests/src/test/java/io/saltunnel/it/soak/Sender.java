package io.saltunnel.it.soak;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import java.util.concurrent.TimeUnit;

/**
 * Sends one direction of a connection, as fast as the other end takes it or in small pieces, and ends it with FIN, or
 * with a reset before everything is sent. On the channel's event loop.
 */
final class Sender {
    private static final int PIECE_BYTES = 32 * 1024;
    private static final int DROP_BYTES = 400;
    private static final int DROP_MILLIS = 100;

    private final DuplexChannel channel;
    private final Content content;
    private final long length;
    private final long resetAt;
    private final long pauseAt;
    private final int pauseMillis;
    private final boolean inDrops;
    private final Runnable sentAll;
    private long sent;
    private boolean waiting;
    private boolean ended;

    Sender(Channel channel, Plan plan, boolean upwards, Runnable sentAll) {
        this.channel = (DuplexChannel) channel;
        this.content = upwards ? plan.upwards() : plan.downwards();
        this.length = upwards ? plan.upBytes() : plan.downBytes();
        boolean resets = plan.kind() == (upwards ? Plan.Kind.APPLICATION_ABORTS : Plan.Kind.TARGET_ABORTS);
        this.resetAt = resets ? length / 2 : -1;
        this.pauseAt = upwards && plan.kind() == Plan.Kind.IDLE ? length / 2 : -1;
        this.pauseMillis = plan.pauseMillis();
        this.inDrops = upwards && plan.kind() == Plan.Kind.SLOW_WRITER;
        this.sentAll = sentAll;
    }

    /** To be called at the start, and whenever the channel has become writable. */
    void go() {
        while (!ended && !waiting && channel.isWritable()) {
            if (sent == resetAt) {
                reset();
            } else if (sent == length) {
                end();
            } else {
                send(next());
                if (sent == pauseAt) {
                    pause(pauseMillis);
                } else if (inDrops) {
                    pause(DROP_MILLIS);
                }
            }
        }
        channel.flush();
    }

    /** Up to the next planned event. */
    private int next() {
        long to = sent < resetAt ? resetAt : sent < pauseAt ? pauseAt : length;
        return (int) Math.min(to - sent, inDrops ? DROP_BYTES : PIECE_BYTES);
    }

    private void send(int count) {
        long from = sent;
        sent += count; // first, because a write that makes the channel unwritable calls back
        channel.write(content.piece(from, count), channel.voidPromise());
    }

    private void pause(int millis) {
        waiting = true;
        channel.eventLoop()
                .schedule(
                        () -> {
                            waiting = false;
                            go();
                        },
                        millis,
                        TimeUnit.MILLISECONDS);
    }

    private void end() {
        ended = true;
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((ChannelFuture flushed) -> {
            if (flushed.isSuccess()) {
                channel.shutdownOutput().addListener(done -> sentAll.run());
            }
        });
    }

    private void reset() {
        ended = true;
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        channel.close();
    }
}
