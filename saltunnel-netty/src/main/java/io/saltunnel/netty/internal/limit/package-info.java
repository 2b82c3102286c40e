/** Caps on connections, tunnels and strangers. Not API. */
@NullMarked
package io.saltunnel.netty.internal.limit;

import org.jspecify.annotations.NullMarked;
