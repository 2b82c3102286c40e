package io.saltunnel.netty.internal.link;

import io.netty.channel.EventLoopGroup;
import io.netty.handler.ipfilter.IpFilterRule;
import io.saltunnel.netty.internal.stage.AcceptProxyStage;
import io.saltunnel.netty.internal.stage.AccessLogStage;
import io.saltunnel.netty.internal.stage.BandwidthStage;
import io.saltunnel.netty.internal.stage.IdleTimeoutStage;
import io.saltunnel.netty.internal.stage.ProxyHeaderStage;
import io.saltunnel.netty.internal.stage.SourceNetworksStage;
import io.saltunnel.netty.internal.stage.SourceNetworksStage.Outsiders;
import io.saltunnel.netty.internal.stage.UserTimeoutStage;
import io.saltunnel.netty.internal.transport.Listening;
import io.saltunnel.netty.stage.PipelineStage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** The stages chosen in a builder. */
public final class StageChoice {
    private static final Duration DEFAULT_USER_TIMEOUT = Duration.ofMinutes(2);

    /** The networks from which peers may connect; empty for all. */
    public final List<IpFilterRule> sourceNetworks = new ArrayList<>();
    /** What becomes of connections from elsewhere; a client closes them in any case. */
    public Outsiders outsiders = Outsiders.MEET_SILENCE;
    /** The caller's own stages, in their order. */
    public final List<PipelineStage> custom = new ArrayList<>();

    /** The time after which an idle connection is reset; null for never. */
    public @Nullable Duration idleTimeout;

    /** The user time-out of the wire side; null for the system's. */
    public @Nullable Duration userTimeout = DEFAULT_USER_TIMEOUT;

    /** The user time-out that the caller has set; null if none was set. */
    public @Nullable Duration requestedUserTimeout;

    /** Bytes a second, each way, of a connection; 0 for no limit. */
    public long connectionBandwidth;
    /** Bytes a second, each way, of all connections together; 0 for no limit. */
    public long tunnelBandwidth;
    /** Whether the end of each connection is logged. */
    public boolean accessLog;
    /** Whether each connection begins with a PROXY protocol header. */
    public boolean acceptProxy;
    /** Whether the target is told the peer's address. */
    public boolean proxyHeader;

    /** Makes a choice of no stage but the user time-out. */
    public StageChoice() {}

    /**
     * Refuses networks for a UNIX domain socket, whose peers have no addresses. There the file's mode decides who may
     * connect. Refuses PROXY protocol headers from everywhere, because they are believed.
     */
    void checkFor(Listening listening) {
        if (acceptProxy && sourceNetworks.isEmpty() && !listening.isUnix()) {
            throw new IllegalArgumentException("a PROXY protocol header is believed, so it can't be accepted from"
                    + " everywhere: allow the networks of the proxies only (allowFrom)");
        }
        if (listening.isUnix() && !sourceNetworks.isEmpty()) {
            throw new IllegalArgumentException("networks can't be allowed on " + listening.endpoint()
                    + ", where connections have no address: the mode of the file says who may connect");
        }
    }

    /**
     * Makes the stages, in the order in which data from the socket meets them.
     *
     * @param loops the tunnel's event loops
     * @param label names the tunnel in log lines; empty for none
     * @param log the tunnel's logger
     * @return the stages of one tunnel
     */
    public TunnelStages forTunnel(EventLoopGroup loops, String label, Logger log) {
        List<PipelineStage> stages = new ArrayList<>();
        if (accessLog) {
            stages.add(new AccessLogStage(label));
        }
        if (!sourceNetworks.isEmpty()) {
            stages.add(new SourceNetworksStage(sourceNetworks, outsiders, log));
        }
        if (acceptProxy) {
            stages.add(new AcceptProxyStage(log));
        }
        if (userTimeout != null) {
            stages.add(new UserTimeoutStage(userTimeout));
        }
        IdleTimeoutStage idle = idleTimeout == null ? null : new IdleTimeoutStage(idleTimeout);
        if (idle != null) {
            stages.add(idle);
        }
        if (connectionBandwidth > 0 || tunnelBandwidth > 0) {
            stages.add(new BandwidthStage(connectionBandwidth, tunnelBandwidth, loops));
        }
        if (proxyHeader) {
            stages.add(new ProxyHeaderStage());
        }
        stages.addAll(custom);
        if (idle != null) {
            stages.add(idle.nextToRelay());
        }
        return new TunnelStages(stages);
    }
}
