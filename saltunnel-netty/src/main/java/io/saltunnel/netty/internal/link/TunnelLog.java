package io.saltunnel.netty.internal.link;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The loggers of tunnels. */
final class TunnelLog {
    private TunnelLog() {}

    /**
     * The logger of a tunnel, below that of its side, so that the name of the logger tells the tunnel.
     *
     * @param side the name of the side's logger
     * @param label the tunnel's label; empty for none
     */
    static Logger of(String side, String label) {
        return LoggerFactory.getLogger(label.isEmpty() ? side : side + "." + label);
    }
}
