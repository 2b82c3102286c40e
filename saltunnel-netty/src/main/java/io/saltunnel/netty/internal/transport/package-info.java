/** Sockets: their options, how much is read and when, and workarounds for faults of Netty's transports. Not API. */
@NullMarked
package io.saltunnel.netty.internal.transport;

import org.jspecify.annotations.NullMarked;
