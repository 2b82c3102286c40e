package io.saltunnel.netty.internal.stage;

import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.traffic.ChannelTrafficShapingHandler;
import io.netty.handler.traffic.GlobalTrafficShapingHandler;
import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.TunnelConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Limits the rate of plaintext through a tunnel, separately in each direction: per connection, for all of them
 * together, or both. One object per tunnel.
 *
 * <p>Delayed data is cut into pieces, so that the receiver gets an even flow instead of 64 KiB every few seconds. Only
 * writes are delayed: to the wire before the cipher, to the application or target before the socket. Delayed data makes
 * its channel unwritable, and the relay then stops reading the other side, so that a sender sees the limit as TCP's own
 * flow control. Limiting reads would have no effect, because Netty's traffic shaping does that by switching {@code
 * autoRead}, which is off in a tunnel.
 */
public final class BandwidthStage implements PipelineStage {
    private static final long NO_LIMIT = 0;
    private static final long CHECK_INTERVAL_MILLIS = 1000;

    /** The most delayed data before reading stops: about one read. */
    private static final long MAX_HELD_BYTES = 64 * 1024;

    /** Longer than the largest single write takes at the lowest limit. */
    private static final long MAX_WAIT_MILLIS = Duration.ofDays(1).toMillis();

    /** The number of pieces into which the data of one second is cut. */
    private static final int PIECES_PER_SECOND = 4;

    /** Half the size of a frame. With smaller pieces, most of each frame would be padding. */
    private static final int MIN_PIECE_BYTES = 256;

    private final long connectionLimit;
    private final long tunnelLimit;
    private final AtomicInteger connections = new AtomicInteger();
    private final List<GlobalTrafficShapingHandler> tunnelShapers = new ArrayList<>(2);

    /**
     * The limits of one tunnel.
     *
     * @param connectionBytesPerSecond for each connection, or 0 for no limit
     * @param tunnelBytesPerSecond for all connections together, or 0 for no limit
     * @param loops run the tunnel's traffic counter
     */
    public BandwidthStage(long connectionBytesPerSecond, long tunnelBytesPerSecond, EventLoopGroup loops) {
        connectionLimit = connectionBytesPerSecond;
        tunnelLimit = tunnelBytesPerSecond;
        if (tunnelBytesPerSecond > 0) {
            for (int direction = 0; direction < 2; direction++) {
                GlobalTrafficShapingHandler shaper = new GlobalTrafficShapingHandler(
                        loops.next(), tunnelBytesPerSecond, NO_LIMIT, CHECK_INTERVAL_MILLIS, MAX_WAIT_MILLIS);
                shaper.setMaxWriteSize(MAX_HELD_BYTES);
                tunnelShapers.add(shaper);
            }
        }
    }

    @Override
    public List<ChannelHandler> handlersAt(Place place, TunnelConnection connection) {
        if (place == Place.WIRE_SOCKET) {
            return List.of();
        }
        List<ChannelHandler> shapers = new ArrayList<>(3);
        if (!tunnelShapers.isEmpty()) {
            shapers.add(tunnelShapers.get(place == Place.TUNNEL ? 0 : 1));
        }
        if (connectionLimit > 0) {
            ChannelTrafficShapingHandler shaper =
                    new ChannelTrafficShapingHandler(connectionLimit, NO_LIMIT, CHECK_INTERVAL_MILLIS, MAX_WAIT_MILLIS);
            shaper.setMaxWriteSize(MAX_HELD_BYTES);
            shapers.add(shaper);
        }
        if (place == Place.PLAIN_SOCKET) { // asked for once; a client may ask for the other place several times
            connections.incrementAndGet();
            connection.whenEnded(end -> connections.decrementAndGet());
        }
        shapers.add(new PiecesHandler(this::pieceBytes));
        return shapers;
    }

    /** The size of a piece: at most the data of a quarter of a second, even if all connections share the limit. */
    private int pieceBytes() {
        long perSecond = connectionLimit > 0 ? connectionLimit : Long.MAX_VALUE;
        if (tunnelLimit > 0) {
            perSecond = Math.min(perSecond, tunnelLimit / Math.max(1, connections.get()));
        }
        return (int) Math.max(MIN_PIECE_BYTES, Math.min(Integer.MAX_VALUE, perSecond / PIECES_PER_SECOND));
    }

    @Override
    public void tunnelStopped() {
        tunnelShapers.forEach(GlobalTrafficShapingHandler::release);
    }
}
