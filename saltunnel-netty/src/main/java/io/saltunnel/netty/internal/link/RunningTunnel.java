package io.saltunnel.netty.internal.link;

import java.net.InetSocketAddress;

/**
 * A tunnel that has started.
 *
 * @param boundAddress where it listens
 * @param runtime what it does
 * @param end how it stops
 */
public record RunningTunnel(InetSocketAddress boundAddress, TunnelRuntime runtime, TunnelEnd end) {}
