package io.saltunnel.netty.internal.stage;

import io.netty.channel.ChannelHandler;
import io.saltunnel.core.key.KeyLabel;
import io.saltunnel.netty.internal.log.Reason;
import io.saltunnel.netty.internal.transport.PeerAddresses;
import io.saltunnel.netty.stage.ConnectionSummary;
import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.TunnelConnection;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes one line for each connection when it ends. Adds no handlers. */
public final class AccessLogStage implements PipelineStage {
    /** The logger's name; separate, so that its lines can go to a separate file. */
    public static final String LOGGER = "io.saltunnel.access";

    private static final Logger LOG = LoggerFactory.getLogger(LOGGER);

    /** Names the tunnel; empty if it has no label. */
    private final String tunnel;

    /**
     * The access log of a tunnel.
     *
     * @param label names the tunnel; empty for none
     */
    public AccessLogStage(String label) {
        tunnel = label.isEmpty() ? "" : " tunnel=" + label;
    }

    @Override
    public List<ChannelHandler> handlersAt(Place place, TunnelConnection connection) {
        if (place == Place.ofAcceptedSocket(connection.role())) {
            connection.whenEnded(summary -> log(connection.id(), summary));
        }
        return List.of();
    }

    private void log(long id, ConnectionSummary summary) {
        LOG.info(
                "time={}{} id={} peer={} target={} seconds={} from_peer={} to_peer={} outcome={}{}{}",
                Instant.now().truncatedTo(ChronoUnit.MILLIS),
                tunnel,
                id,
                PeerAddresses.nameOf(summary.peer()),
                summary.target(),
                summary.duration().toMillis() / 1000.0,
                summary.bytesFromPeer(),
                summary.bytesToPeer(),
                summary.outcome().name().toLowerCase(Locale.ROOT),
                key(summary.key()),
                reason(summary.cause()));
    }

    private static String key(@Nullable KeyLabel key) {
        if (key == null) {
            return "";
        }
        return " key=" + key.fingerprint() + (key.name().isEmpty() ? "" : " key_name=" + key.name());
    }

    private static String reason(@Nullable Throwable cause) {
        return cause == null ? "" : " reason=\"" + Reason.of(cause) + "\"";
    }
}
