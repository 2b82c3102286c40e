package io.saltunnel.cli.status;

import io.saltunnel.netty.metrics.TunnelHoldings;
import java.util.List;

/**
 * What the status server shows of one tunnel. It has nothing secret. Immutable but for the tally: any thread may use it.
 *
 * @param name differs for each tunnel of the process
 * @param side whether it is a client or a server
 * @param listen the address it listens on
 * @param to the address it forwards to
 * @param key the fingerprint of its key; of several, with their names
 * @param keys its keys, then others that open connections have proved
 * @param listening whether it listens now
 * @param connections connections that carry data, or are about to
 * @param limit the most such connections
 * @param holdings what it holds now
 * @param counts what is counted in it
 */
public record TunnelView(
        String name,
        Side side,
        String listen,
        String to,
        String key,
        List<KeyView> keys,
        boolean listening,
        long connections,
        long limit,
        TunnelHoldings holdings,
        TunnelCounts counts) {

    /**
     * A view of a tunnel.
     *
     * @param keys copied
     */
    public TunnelView {
        keys = List.copyOf(keys);
    }

    TunnelTally tally() {
        return counts.tally();
    }

    LastProof lastProof() {
        return counts.lastProof();
    }

    /** The two sides of a tunnel. */
    public enum Side {
        /** Applications connect to it. */
        CLIENT,
        /** Clients connect to it. */
        SERVER
    }
}
