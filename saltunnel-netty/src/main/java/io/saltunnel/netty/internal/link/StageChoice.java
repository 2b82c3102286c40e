package io.saltunnel.netty.internal.link;

import io.netty.channel.EventLoopGroup;
import io.netty.handler.ipfilter.IpFilterRule;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.UnixPath;
import io.saltunnel.netty.internal.stage.AccessLogStage;
import io.saltunnel.netty.internal.stage.BandwidthStage;
import io.saltunnel.netty.internal.stage.IdleTimeoutStage;
import io.saltunnel.netty.internal.stage.ProxyHeaderStage;
import io.saltunnel.netty.internal.stage.SourceNetworksStage;
import io.saltunnel.netty.internal.stage.UserTimeoutStage;
import io.saltunnel.netty.stage.PipelineStage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The stages that a builder was given. */
public final class StageChoice {
    private static final Duration DEFAULT_USER_TIMEOUT = Duration.ofMinutes(2);

    public final List<IpFilterRule> sourceNetworks = new ArrayList<>();
    public final List<PipelineStage> custom = new ArrayList<>();

    public @Nullable Duration idleTimeout;

    public @Nullable Duration userTimeout = DEFAULT_USER_TIMEOUT;

    /** Null unless the caller asked for one. */
    public @Nullable Duration requestedUserTimeout;

    public long connectionBandwidth;
    public long tunnelBandwidth;
    public boolean accessLog;
    public boolean proxyHeader;

    /** Networks mean nothing where connections have no addresses; the file's mode says who may connect. */
    void checkFor(Endpoint listen) {
        if (listen instanceof UnixPath && !sourceNetworks.isEmpty()) {
            throw new IllegalArgumentException("networks can't be allowed on " + listen
                    + ", where connections have no address: the mode of the file says who may connect");
        }
    }

    public TunnelStages forTunnel(EventLoopGroup loops) {
        List<PipelineStage> stages = new ArrayList<>();
        if (accessLog) {
            stages.add(new AccessLogStage());
        }
        if (!sourceNetworks.isEmpty()) {
            stages.add(new SourceNetworksStage(sourceNetworks));
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
