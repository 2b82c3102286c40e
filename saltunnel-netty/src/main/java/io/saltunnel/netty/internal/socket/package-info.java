/** What the system is told of sockets, beyond what Netty has names for. Not API. */
@NullMarked
package io.saltunnel.netty.internal.socket;

import org.jspecify.annotations.NullMarked;
