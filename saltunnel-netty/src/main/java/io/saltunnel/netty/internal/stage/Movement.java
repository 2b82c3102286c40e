package io.saltunnel.netty.internal.stage;

import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The time at which data last moved on a connection, on either side of the relay. Data that a stage holds back counts
 * as moving. Event loop only.
 */
final class Movement {
    private final List<HeldWrites> sides = new ArrayList<>(2);
    private @Nullable EventExecutor loop;
    private long last;

    /** Starts the clock, as if data had just moved. */
    void begin(EventExecutor eventLoop) {
        loop = eventLoop;
        moved();
    }

    /** Makes the handler that watches what the relay writes to one of the sides. */
    HeldWrites addSide() {
        HeldWrites side = new HeldWrites(this::moved);
        sides.add(side);
        return side;
    }

    void moved() {
        if (loop != null) {
            last = loop.ticker().nanoTime();
        }
    }

    /** The time at which data last moved, on the event loop's clock. */
    long last() {
        return last;
    }

    /**
     * Returns the time since data last moved, in ns. Checks the sockets' queues, which don't report movement
     * themselves.
     */
    long nanosStill() {
        for (HeldWrites side : sides) {
            boolean progress = side.hasProgress();
            if (progress || side.holds()) {
                moved();
            }
        }
        return loop == null ? 0 : loop.ticker().nanoTime() - last;
    }
}
