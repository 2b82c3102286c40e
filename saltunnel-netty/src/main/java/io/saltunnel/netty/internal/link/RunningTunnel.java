package io.saltunnel.netty.internal.link;

import io.saltunnel.netty.address.Endpoint;

/**
 * A tunnel that has started.
 *
 * @param boundAddress where it listens
 * @param runtime what it does
 * @param end how it stops
 */
public record RunningTunnel(Endpoint boundAddress, TunnelRuntime runtime, TunnelEnd end) {}
