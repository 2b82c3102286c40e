package io.saltunnel.netty.internal.handshake;

import io.saltunnel.netty.internal.admission.ReadBudget;

/**
 * How a server keeps silent towards a connection that it refuses. One for each server.
 *
 * @param times when it ends the connection
 * @param reads what it reads of such connections meanwhile
 */
public record Silence(QuietTimes times, ReadBudget reads) {}
